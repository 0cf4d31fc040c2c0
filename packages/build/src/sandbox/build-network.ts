/**
 * The network of build steps: a namespace per seat, joined to the machine by one veth pair, masqueraded outward. Steps
 * reach package registries and nothing near: no service of the machine, no private range (other tenants, the registry,
 * metadata services), except the resolvers and what the operator allowed. A seat's namespace lives as long as the
 * builder; between builds it is empty, because a build's processes are gone before its seat is given on.
 */
import { readFile } from 'node:fs/promises';
import { CLOSED_RANGES } from '@slipway/engine';
import { runProcess } from '@slipway/process';
import type { BuildNetworkOptions } from '../host-builder-options.ts';

export interface SeatNetwork {
  readonly namespace: string;
  readonly namespacePath: string;
  readonly hostLink: string;
  readonly innerLink: string;
  readonly hostAddress: string;
  readonly innerAddress: string;
}

const ADDRESSES_PER_SEAT = 4;

/** Names and addresses of a seat. Interface names fit the kernel's 15 characters: `slb` + id (5) + seat + `h`. */
export function seatNetwork(platformId: string, cidr: string, seat: number): SeatNetwork {
  const [base = '', bits = '32'] = cidr.split('/');
  const first = toNumber(base) + seat * ADDRESSES_PER_SEAT;
  if ((seat + 1) * ADDRESSES_PER_SEAT > 2 ** (32 - Number(bits))) {
    throw new RangeError(`Cannot give build seat ${seat} a network: ${cidr} has too few addresses`);
  }
  const namespace = `slipway-${platformId}-b${seat}`;
  return {
    namespace,
    namespacePath: `/run/netns/${namespace}`,
    hostLink: `slb${platformId}${seat}h`,
    innerLink: `slb${platformId}${seat}n`,
    hostAddress: toDotted(first + 1),
    innerAddress: toDotted(first + 2),
  };
}

export function buildTableName(platformId: string): string {
  return `slipway_${platformId}_build`;
}

/** The whole table, replaced at once; applying it twice changes nothing. */
export function renderBuildTable(
  platformId: string,
  network: { readonly cidr: string; readonly dnsServers: readonly string[]; readonly allowedCidrs: readonly string[] },
): string {
  const table = `inet ${buildTableName(platformId)}`;
  const links = `"slb${platformId}*"`;
  const dns = network.dnsServers.filter((server) => !server.includes(':'));
  return [
    `table ${table}`,
    `delete table ${table}`,
    `table ${table} {`,
    '  chain input {',
    '    type filter hook input priority -10; policy accept;',
    `    iifname ${links} reject`,
    '  }',
    '  chain forward {',
    '    type filter hook forward priority -10; policy accept;',
    `    oifname ${links} ct state established,related accept`,
    `    oifname ${links} drop`,
    `    iifname ${links} ct state established,related accept`,
    ...(dns.length > 0
      ? [`    iifname ${links} ip daddr { ${dns.join(', ')} } meta l4proto { tcp, udp } th dport 53 accept`]
      : []),
    ...(network.allowedCidrs.length > 0
      ? [`    iifname ${links} ip daddr { ${network.allowedCidrs.join(', ')} } accept`]
      : []),
    `    iifname ${links} ip daddr { ${CLOSED_RANGES.join(', ')} } reject`,
    `    iifname ${links} meta nfproto ipv6 reject`,
    '  }',
    '  chain postrouting {',
    '    type nat hook postrouting priority 100; policy accept;',
    `    ip saddr ${network.cidr} oifname != ${links} masquerade`,
    '  }',
    '}',
    '',
  ].join('\n');
}

/** Resolvers of the machine that a namespace can reach: loopback ones are the machine's own. */
export function usableResolvers(resolvConf: string): readonly string[] {
  return [...resolvConf.matchAll(/^nameserver[ \t]+(\S+)/gm)]
    .flatMap((match) => match[1] ?? [])
    .filter((server) => !server.startsWith('127.') && server !== '::1');
}

const RESOLV_CONF_PATHS = ['/etc/resolv.conf', '/run/systemd/resolve/resolv.conf'];

export async function readResolvers(): Promise<readonly string[]> {
  for (const path of RESOLV_CONF_PATHS) {
    const text = await readFile(path, 'utf8').catch(() => '');
    const servers = usableResolvers(text);
    if (servers.length > 0) return servers;
  }
  return [];
}

export interface BuildNetwork {
  readonly dnsServers: readonly string[];
  /** Path of the seat's network namespace; made at first use. */
  openSeat(seat: number): Promise<string>;
  /** Removes table and namespaces. */
  close(): Promise<void>;
}

/** Puts the rules in force before any namespace exists, so that no step ever runs without them. */
export async function openBuildNetwork(platformId: string, options: BuildNetworkOptions): Promise<BuildNetwork> {
  const dnsServers = options.dnsServers ?? (await readResolvers());
  const allowedCidrs = options.allowedCidrs ?? [];
  await runProcess(['nft', '-f', '-'], {
    stdin: renderBuildTable(platformId, { cidr: options.cidr, dnsServers, allowedCidrs }),
  });
  await runProcess(['sysctl', '-q', '-w', 'net.ipv4.ip_forward=1']);
  const made = new Map<number, Promise<string>>();
  return {
    dnsServers,
    openSeat(seat) {
      const present = made.get(seat);
      if (present) return present;
      const making = makeSeat(seatNetwork(platformId, options.cidr, seat)).catch((error: unknown) => {
        made.delete(seat);
        throw error;
      });
      made.set(seat, making);
      return making;
    },
    async close() {
      for (const seat of made.keys()) await removeSeat(seatNetwork(platformId, options.cidr, seat));
      made.clear();
      await runProcess(['nft', 'delete', 'table', 'inet', buildTableName(platformId)], { allowExitCodes: [0, 1] });
    },
  };
}

async function makeSeat(network: SeatNetwork): Promise<string> {
  await removeSeat(network);
  const { namespace, hostLink, innerLink, hostAddress, innerAddress } = network;
  await runProcess(['ip', 'netns', 'add', namespace]);
  await runProcess(['ip', '-batch', '-'], {
    stdin: [
      `link add ${hostLink} type veth peer name ${innerLink} netns ${namespace}`,
      `address add ${hostAddress}/30 dev ${hostLink}`,
      `link set ${hostLink} up`,
      '',
    ].join('\n'),
  });
  await runProcess(['ip', '-netns', namespace, '-batch', '-'], {
    stdin: [
      'link set lo up',
      `address add ${innerAddress}/30 dev ${innerLink}`,
      `link set ${innerLink} up`,
      `route add default via ${hostAddress}`,
      '',
    ].join('\n'),
  });
  return network.namespacePath;
}

async function removeSeat(network: SeatNetwork): Promise<void> {
  // Whatever a crash left: deleting one end of the pair deletes the other, deleting nothing is no failure.
  await runProcess(['ip', 'link', 'delete', network.hostLink], { allowExitCodes: [0, 1] });
  await runProcess(['ip', 'netns', 'delete', network.namespace], { allowExitCodes: [0, 1] });
}

function toNumber(dotted: string): number {
  return dotted.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
}

function toDotted(value: number): string {
  return [24, 16, 8, 0].map((shift) => Math.floor(value / 2 ** shift) % 256).join('.');
}
