/**
 * Whether the kernel takes firewall rules for bridges. They keep each instance to the address it was given, which says who
 * calls; without them the platform starts nothing. A kernel may have nftables and not this.
 */
import { runProcess } from '@slipway/process';
import { findProgram, installLine } from '../system-packages.ts';
import { failed, ok, type Check, type CheckFinding } from './check.ts';

export const BRIDGE_CHECK: Check = { id: 'bridge_rules', title: 'Rules for bridges', run: tryBridgeRules };

async function tryBridgeRules(): Promise<CheckFinding> {
  if (!findProgram('nft')) return failed('not tried, "nft" is missing', installLine(['nftables']));
  const isRoot = process.getuid?.() === 0;
  try {
    await runProcess(['nft', '-f', '-'], { stdin: renderTrial(`slipway_doctor_${process.pid}`) });
    return bridgeFinding(undefined, isRoot);
  } catch (error) {
    return bridgeFinding(error instanceof Error ? error.message : String(error), isRoot);
  }
}

/**
 * Every kind of expression that the platform's own rules have. One transaction: the kernel really makes the table, and it
 * is gone when the program ends.
 */
function renderTrial(table: string): string {
  return `add table bridge ${table}
add set bridge ${table} holder { type ifname . ether_addr . ipv4_addr; }
add map bridge ${table} closed { type ipv4_addr : verdict; }
add chain bridge ${table} source { type filter hook prerouting priority -300; }
add rule bridge ${table} source ether type ip iifname . ether saddr . ip saddr @holder accept
add rule bridge ${table} source ether type arp iifname . arp saddr ether . arp saddr ip @holder accept
add chain bridge ${table} calls { type filter hook forward priority 0; }
add rule bridge ${table} calls tcp flags & (syn | ack) == syn ip daddr vmap @closed
delete table bridge ${table}
`;
}

/** Pure. `problem`: what kept the trial from being taken. */
export function bridgeFinding(problem: string | undefined, isRoot: boolean): CheckFinding {
  if (problem === undefined) return ok('a table for bridges was added and removed');
  if (!isRoot) return failed(problem, 'Run it with sudo');
  return failed(
    `${problem}: the kernel refuses rules for bridges`,
    'Load them: sudo modprobe nf_tables; if that does not help, boot a kernel with CONFIG_NF_TABLES_BRIDGE (Debian, Ubuntu have one)',
  );
}
