/**
 * The platform's own nftables table. Invariants: instances of two projects never exchange a packet; an instance reaches
 * nothing of the host but name server, apps and the door to the API on its own gateway's address, and outside only what
 * its project allows; the host reaches every instance (HAProxy runs there). Other tables of the machine are neither read
 * nor changed.
 *
 * What a project allows is looked at for each packet, in both directions, and not for each connection: what is allowed
 * no more is cut at once.
 */
import { CLOSED_RANGES, type OutboundRules } from '@slipway/engine';
import { runProcess } from '@slipway/process';
import { bridgeName, bridgePattern, cablePattern, type ProjectSubnet } from './address-plan.ts';

/** Where instances find the apps of their project, on the gateway's address. */
export const PROJECT_DOOR_PORT = 80;

export function tableName(platformId: string): string {
  return `slipway_${platformId}`;
}

export interface FirewalledProject {
  readonly subnet: ProjectSubnet;
  readonly outbound: OutboundRules;
}

export interface FirewallPlan {
  readonly platformId: string;
  readonly cidr: string;
  readonly projects: readonly FirewalledProject[];
  /** Where HAProxy takes what instances send to their gateway's port 80. */
  readonly projectDoor: { readonly address: string; readonly port: number };
  /** Of the door to the API; absent: there is none. */
  readonly gatewayPort?: number;
}

/** The whole table, replaced in one transaction: there is no moment without rules. */
export function renderFirewall(plan: FirewallPlan): string {
  const table = `inet ${tableName(plan.platformId)}`;
  return `table ${table}
delete table ${table}
table ${table} {
${renderSets(plan)}
${renderChains(plan)}
}
`;
}

function renderSets({ platformId, projects }: FirewallPlan): string {
  const bridges = projects.map((project) => ({
    name: `"${bridgeName(platformId, project.subnet.ordinal)}"`,
    ...project,
  }));
  const pairs = bridges.map(({ name }) => `${name} . ${name}`);
  const gateways = bridges.map(({ name, subnet }) => `${name} . ${subnet.gateway}`);
  const sources = bridges.map(({ name, subnet }) => `${name} . ${subnet.cidr}`);
  const ranges = (kind: keyof OutboundRules) =>
    bridges.flatMap(({ name, outbound }) => outbound[kind].map((cidr) => `${name} . ${cidr}`));
  return `  set own_bridge { type ifname . ifname; ${elements(pairs)}}
  set own_gateway { type ifname . ipv4_addr; ${elements(gateways)}}
  set own_source { type ifname . ipv4_addr; flags interval; ${elements(sources)}}
  set closed { type ipv4_addr; flags interval; auto-merge; ${elements(CLOSED_RANGES)}}
  set private_range { type ifname . ipv4_addr; flags interval; ${elements(ranges('privateRanges'))}}
  set public_range { type ifname . ipv4_addr; flags interval; ${elements(ranges('publicRanges'))}}`;
}

/**
 * The project door: what goes to the gateway's port is led to HAProxy's listener on a loopback address of the platform's
 * own, which no packet from outside can have. HAProxy asks the kernel for the address that was meant, and so knows the
 * project. Handing over the packet unchanged (`tproxy`) is lost where bridged packets pass the firewall (br_netfilter).
 *
 * A bridge hands frames for the group addresses of a link (01:80:c2:00:00:0x) to the machine past its own filters, as what
 * came in by the cable. Nothing else comes in so.
 */
function renderChains({ platformId, cidr, projectDoor, gatewayPort }: FirewallPlan): string {
  const ours = `"${bridgePattern(platformId)}"`;
  const { address, port } = projectDoor;
  const apiDoor =
    gatewayPort === undefined ? '' : `\n    iifname . ip daddr @own_gateway tcp dport ${gatewayPort} accept`;
  return `  chain cables {
    type filter hook prerouting priority raw; policy accept;
    iifname "${cablePattern(platformId)}" drop
  }
  chain project_door {
    type nat hook prerouting priority dstnat; policy accept;
    iifname . ip daddr @own_gateway tcp dport ${PROJECT_DOOR_PORT} dnat ip to ${address}:${port}
  }
  chain forward {
    type filter hook forward priority filter - 5; policy accept;
    iifname . oifname @own_bridge accept
    iifname ${ours} oifname ${ours} drop
    oifname ${ours} jump inbound
    iifname ${ours} jump outbound
  }
  chain inbound {
    ct state related meta l4proto icmp accept
    ct state != established drop
    ip saddr ${cidr} drop
    oifname . ip saddr @private_range accept
    ip saddr @closed drop
    oifname . ip saddr @public_range accept
    drop
  }
  chain outbound {
    meta nfproto ipv6 drop
    iifname . ip saddr != @own_source drop
    ip daddr ${cidr} goto refuse
    iifname . ip daddr @private_range accept
    ip daddr @closed goto refuse
    iifname . ip daddr @public_range accept
    goto refuse
  }
  chain refuse {
    ct state established meta l4proto tcp reject with tcp reset
    reject with icmp type admin-prohibited
  }
  chain input {
    type filter hook input priority filter - 5; policy accept;
    iifname != ${ours} accept
    meta nfproto ipv6 drop
    iifname . ip saddr != @own_source drop
    ct state established,related accept
    iifname . ip daddr @own_gateway meta l4proto { tcp, udp } th dport 53 accept
    ct status dnat ip daddr ${address} tcp dport ${port} accept${apiDoor}
    drop
  }
  chain postrouting {
    type nat hook postrouting priority srcnat; policy accept;
    ip saddr ${cidr} ip daddr != ${cidr} masquerade
  }`;
}

function elements(list: readonly string[]): string {
  return list.length === 0 ? '' : `elements = { ${list.join(', ')} } `;
}

export async function applyFirewall(plan: FirewallPlan): Promise<void> {
  await runProcess(['nft', '-f', '-'], { stdin: renderFirewall(plan) });
}

/** False when somebody removed it: `nft flush ruleset` takes the rules of every program of the machine. */
export async function hasFirewall(platformId: string): Promise<boolean> {
  const argv = ['nft', '--terse', 'list', 'table', 'inet', tableName(platformId)] as const;
  return (await runProcess(argv, { allowExitCodes: [0, 1] })).exitCode === 0;
}

export async function removeFirewall(platformId: string): Promise<void> {
  const table = tableName(platformId);
  await runProcess(['nft', '-f', '-'], { stdin: `table inet ${table}\ndelete table inet ${table}\n` });
}
