/**
 * The platform's own nftables table. Invariants: instances of two projects never exchange a packet; an instance reaches
 * nothing of the host but its own gateway's name server and door to the API, and outside only public addresses; the host reaches every
 * instance (HAProxy runs there). Other tables of the machine are neither read nor changed.
 */
import { runProcess } from '@slipway/process';
import { bridgeName, bridgePattern, type ProjectSubnet } from './address-plan.ts';

/** Where an instance must not connect to. Source: IANA special-purpose address registry. */
const REFUSED_RANGES: readonly string[] = [
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.168.0.0/16',
  '198.18.0.0/15',
  '224.0.0.0/4',
  '240.0.0.0/4',
];

export function tableName(platformId: string): string {
  return `slipway_${platformId}`;
}

export interface FirewallPlan {
  readonly platformId: string;
  readonly cidr: string;
  readonly projects: readonly ProjectSubnet[];
  /** Of the door to the API; absent: there is none. */
  readonly gatewayPort?: number;
}

/** The whole table, replaced in one transaction: there is no moment without rules. */
export function renderFirewall(plan: FirewallPlan): string {
  const table = `inet ${tableName(plan.platformId)}`;
  const ours = `"${bridgePattern(plan.platformId)}"`;
  const bridges = plan.projects.map((project) => ({
    name: `"${bridgeName(plan.platformId, project.ordinal)}"`,
    project,
  }));
  const door =
    plan.gatewayPort === undefined ? '' : `\n    iifname . ip daddr @own_gateway tcp dport ${plan.gatewayPort} accept`;
  const pairs = bridges.map(({ name }) => `${name} . ${name}`);
  const gateways = bridges.map(({ name, project }) => `${name} . ${project.gateway}`);
  const sources = bridges.map(({ name, project }) => `${name} . ${project.cidr}`);
  return `table ${table}
delete table ${table}
table ${table} {
  set own_bridge { type ifname . ifname; ${elements(pairs)}}
  set own_gateway { type ifname . ipv4_addr; ${elements(gateways)}}
  set own_source { type ifname . ipv4_addr; flags interval; ${elements(sources)}}
  set refused { type ipv4_addr; flags interval; auto-merge; elements = { ${[...REFUSED_RANGES, plan.cidr].join(', ')} } }
  chain forward {
    type filter hook forward priority filter - 5; policy accept;
    iifname . oifname @own_bridge accept
    iifname ${ours} oifname ${ours} drop
    oifname ${ours} ct state established,related accept
    oifname ${ours} drop
    iifname ${ours} jump outbound
  }
  chain outbound {
    meta nfproto ipv6 drop
    iifname . ip saddr != @own_source drop
    ip daddr @refused reject with icmp type admin-prohibited
    accept
  }
  chain input {
    type filter hook input priority filter - 5; policy accept;
    iifname != ${ours} accept
    ct state established,related accept
    iifname . ip daddr @own_gateway meta l4proto { tcp, udp } th dport 53 accept${door}
    drop
  }
  chain postrouting {
    type nat hook postrouting priority srcnat; policy accept;
    ip saddr ${plan.cidr} ip daddr != ${plan.cidr} masquerade
  }
}
`;
}

function elements(list: readonly string[]): string {
  return list.length === 0 ? '' : `elements = { ${list.join(', ')} } `;
}

export async function applyFirewall(plan: FirewallPlan): Promise<void> {
  await runProcess(['nft', '-f', '-'], { stdin: renderFirewall(plan) });
}

export async function removeFirewall(platformId: string): Promise<void> {
  const table = tableName(platformId);
  await runProcess(['nft', '-f', '-'], { stdin: `table inet ${table}\ndelete table inet ${table}\n` });
}
