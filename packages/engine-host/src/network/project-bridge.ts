/** The host's side of project networks: one bridge per project, and a dead end for addresses of gone projects. */
import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { runProcess } from '@slipway/process';
import { bridgeName, devicePrefix, hardwareAddress, type ProjectSubnet } from './address-plan.ts';

/** Idempotent. The bridge's own hardware address is fixed, else it would change with every cable. */
export async function ensureBridge(platformId: string, subnet: ProjectSubnet): Promise<void> {
  const name = bridgeName(platformId, subnet.ordinal);
  if (!existsSync(`/sys/class/net/${name}`)) await addBridge(name, subnet);
  // The firewall leads the project door from the gateway's address to one of loopback, and lets nothing else get there.
  writeFileSync(`/proc/sys/net/ipv4/conf/${name}/route_localnet`, '1');
}

async function addBridge(name: string, subnet: ProjectSubnet): Promise<void> {
  const commands = [
    `link add ${name} address ${hardwareAddress(subnet.base + 1)} type bridge forward_delay 0`,
    `addr add ${subnet.gateway}/${subnet.prefix} dev ${name}`,
    `link set ${name} addrgenmode none up`,
  ];
  await runProcess(['ip', '-batch', '-'], { stdin: commands.join('\n') });
}

export async function removeBridge(platformId: string, ordinal: number): Promise<void> {
  await removeDevices([bridgeName(platformId, ordinal)]);
}

/** Forwards between bridges and the outside; an address of no living project is unreachable, never the LAN's. */
export async function prepareRouting(cidr: string): Promise<void> {
  writeFileSync('/proc/sys/net/ipv4/ip_forward', '1');
  await runProcess(['ip', 'route', 'replace', 'unreachable', cidr]);
}

export async function removeRouting(cidr: string): Promise<void> {
  await runProcess(['ip', 'route', 'del', 'unreachable', cidr], { allowExitCodes: [0, 2] });
}

export function devicesOf(platformId: string): readonly string[] {
  return readdirSync('/sys/class/net').filter((name) => name.startsWith(devicePrefix(platformId)));
}

export async function removeDevices(names: readonly string[]): Promise<void> {
  for (const name of names) {
    // A cable may vanish by itself between the look and the removal.
    if (existsSync(`/sys/class/net/${name}`)) await runProcess(['ip', 'link', 'del', name], { allowExitCodes: [0, 1] });
  }
}
