/**
 * Whether another firewall of the machine cuts the apps off. A packet must pass every chain of the forward hook, so a
 * policy of "drop", as Docker and ufw set it, wins over the platform's own table whatever that accepts.
 */
import { runProcess } from '@slipway/process';
import type { PlatformConfig } from '../platform-config.ts';
import { ok, warning, type Check, type CheckFinding } from './check.ts';
import { problem } from './machine-checks.ts';

type Place = Pick<PlatformConfig, 'platformId'> & { readonly network: Pick<PlatformConfig['network'], 'cidr'> };

export function firewallCheck(config: Place): Check {
  return { id: 'firewall', title: 'Firewall', run: () => tryFirewall(config) };
}

async function tryFirewall(config: Place): Promise<CheckFinding> {
  try {
    const { stdout } = await runProcess(['nft', '--json', 'list', 'ruleset'], { outputBytesMax: RULESET_BYTES_MAX });
    return forwardFinding(JSON.parse(stdout) as Ruleset, config);
  } catch (error) {
    return problem(error, process.getuid?.() === 0 ? 'sudo apt-get install nftables' : 'Run it with sudo');
  }
}

const RULESET_BYTES_MAX = 32 * 1024 * 1024;

interface Chain {
  readonly family: string;
  readonly table: string;
  readonly name: string;
  readonly hook?: string;
  readonly policy?: string;
}

interface Rule {
  readonly family: string;
  readonly table: string;
  readonly expr: readonly unknown[];
}

/** libnftables-json(5), as far as it is looked at. */
export interface Ruleset {
  readonly nftables: readonly { readonly chain?: Chain; readonly rule?: Rule }[];
}

/** Pure: what the rules say of packets from and to the apps' range. */
export function forwardFinding({ nftables }: Ruleset, config: Place): CheckFinding {
  const chains = nftables.flatMap(({ chain }) => chain ?? []);
  const rules = nftables.flatMap(({ rule }) => rule ?? []);
  const closed = chains.find(
    (chain) =>
      chain.hook === 'forward' &&
      chain.policy === 'drop' &&
      (chain.family === 'ip' || chain.family === 'inet') &&
      !rules.some((rule) => isSameTable(rule, chain) && acceptsApps(rule, config)),
  );
  if (!closed) return ok('lets packets of the apps through');
  const names = chains.filter((chain) => isSameTable(chain, closed)).map(({ name }) => name);
  return warning(
    `chain "${closed.name}" of table "${closed.family} ${closed.table}" drops what it does not know, packets of the apps too`,
    fixFor(names, closed, config.network.cidr),
  );
}

interface InTable {
  readonly family: string;
  readonly table: string;
}

function isSameTable(one: InTable, other: InTable): boolean {
  return one.family === other.family && one.table === other.table;
}

function acceptsApps({ expr }: Rule, { platformId, network }: Place): boolean {
  const [address = ''] = network.cidr.split('/');
  const text = JSON.stringify(expr);
  return text.includes('"accept"') && (text.includes(`"${address}"`) || text.includes(`"sw-${platformId}-`));
}

function fixFor(chains: readonly string[], closed: Chain, cidr: string): string {
  if (chains.some((name) => name.startsWith('ufw-'))) {
    return `sudo ufw route allow from ${cidr} && sudo ufw route allow to ${cidr}`;
  }
  if (chains.includes('DOCKER-USER')) {
    const rule = (direction: string) => `sudo iptables -I DOCKER-USER ${direction} ${cidr} -j ACCEPT`;
    return `${rule('-s')} && ${rule('-d')}`;
  }
  const head = `sudo nft insert rule ${closed.family} ${closed.table} ${closed.name}`;
  return `${head} ip saddr ${cidr} accept && ${head} ip daddr ${cidr} accept`;
}
