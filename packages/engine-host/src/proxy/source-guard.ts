/**
 * Apps that answer certain sources only. Their names lead to a guard instead of a slot: one more hop inside HAProxy,
 * which looks at the client's address and goes on by a key of its own. So whoever has no such rules pays nothing, and a
 * guarded app is reached by nobody past its guard: the activator knows it by the guard's key alone.
 *
 * A map finds whole texts, not ranges. So ranges are cut into blocks of whole octets, and a request is looked up once
 * for each size of block. Pure.
 */
import {
  ALL_ADDRESSES,
  allHosts,
  formatCidrBlock,
  parseAppHost,
  parseCidrBlock,
  type AppWorkload,
} from '@slipway/engine';
import { PRIVATE_DOOR } from './door-frontends.ts';
import { SELF_IDLE_MS } from './mesh-ways.ts';
import type { Endpoint } from './haproxy-config.ts';
import type { ObserveRules } from './observe-rules.ts';
import { ASKED_HOST } from './route-rules.ts';

/** Where outside requests come in. */
export const GUARDED_DOORS = ['public', 'private'] as const;
export type GuardedDoor = (typeof GUARDED_DOORS)[number];

/** Sizes of blocks, in bits; what is narrower than one is cut into the next. */
const BLOCK_BITS = [8, 16, 24, 32] as const;

export interface Guard {
  /** The name's own route key. */
  readonly key: string;
  readonly backend: string;
  /** Keys of the sources map that let a request pass. */
  readonly passes: readonly string[];
}

export function isGuarded({ sources }: Pick<AppWorkload, 'sources'>): boolean {
  return sources !== undefined && !sources.includes(ALL_ADDRESSES);
}

export function guardsFor(workload: AppWorkload): readonly Guard[] {
  if (!isGuarded(workload)) return [];
  return allHosts(workload).flatMap((host) => {
    const { door, name } = parseAppHost(host);
    if (door === 'project') return [];
    const passes = (workload.sources ?? []).flatMap((cidr) => blocksOf(cidr).map((block) => `${block}/${name}`));
    return [{ key: door === 'public' ? name : `${PRIVATE_DOOR}/${name}`, backend: guardBackend(door), passes }];
  });
}

/** Before the host in the key of a guarded app. */
export function guardedDoor(door: GuardedDoor): string {
  return `guarded-${door}`;
}

/** Where a request came in that had passed a guard; that of others as it is. */
export function doorPastGuard(door: string | undefined): string | undefined {
  const guarded = GUARDED_DOORS.find((one) => guardedDoor(one) === door);
  if (guarded === undefined) return door;
  return guarded === 'private' ? PRIVATE_DOOR : undefined;
}

export function guardBackend(door: GuardedDoor): string {
  return `guard_${door}`;
}

export interface GuardConfig {
  /** Between HAProxy and itself. */
  readonly ways: Readonly<Record<GuardedDoor, Endpoint>>;
  /** What HAProxy knows itself by: any process of the machine could connect there, and name any address. */
  readonly token: string;
  readonly sourcesMap: string;
  /** Rules that lead a request by `txn.door` and `txn.host`. */
  readonly route: string;
  readonly timeoutMs: number;
  readonly observing: Pick<ObserveRules, 'keepsHost' | 'passing'>;
}

/**
 * Whoever is not HAProxy hears nothing. HAProxy itself tries once more then: on a machine without a free processor it was seen
 * to begin a connection as its own check would, without the id (2.6.12, one of 20,000). No program has seen such a request,
 * and an app's own empty answer never comes this way, so nothing is repeated that may have been done.
 */
export function renderGuards({ ways, token, sourcesMap, route, timeoutMs, observing }: GuardConfig): string {
  const looks = BLOCK_BITS.map(
    (bits) => `    acl known src,ipmask(${bits}),concat(/${bits}/,txn.host),map_str(${sourcesMap}) -m found`,
  );
  return GUARDED_DOORS.map((door) => {
    const way = `${ways[door].address}:${ways[door].port}`;
    return `backend ${guardBackend(door)}
${observing.keepsHost}    timeout server ${timeoutMs}ms
    retry-on conn-failure empty-response
    server guard ${way} send-proxy-v2 proxy-v2-options unique-id pool-purge-delay ${SELF_IDLE_MS}ms

frontend ${guardBackend(door)}_way
    bind ${way} accept-proxy
    unique-id-format ${token}:0:%[var(txn.door)]
${observing.passing}    http-request reject unless { fc_pp_unique_id,field(1,:) -m str ${token} }
    http-request set-var(txn.door) str(${guardedDoor(door)})
    http-request set-var(txn.host) ${ASKED_HOST}
${looks.join('\n')}
    http-request return status 403 content-type text/plain string "This app does not answer your address\\n" unless known
${route}
    default_backend activator
`;
  }).join('\n');
}

/** `10.1.0.0/15` → `10.0.0.0/16`, `10.1.0.0/16`, as HAProxy writes them. */
function blocksOf(cidr: string): readonly string[] {
  const block = parseCidrBlock(cidr);
  if (!block) return [];
  const bits = BLOCK_BITS.find((size) => size >= block.prefixLength) ?? 32;
  const size = 2 ** (32 - bits);
  return Array.from({ length: 2 ** (bits - block.prefixLength) }, (_none, at) =>
    formatCidrBlock({ first: block.first + at * size, prefixLength: bits }),
  );
}
