/**
 * What is done with a call inside a project before it is led to the app: one look into a map, whose value says all that
 * the called app has set. Apps without settings are not in the map. Pure.
 *
 * An app with a list of callers has route keys of its own behind the look (`called-<gateway>/<host>`), under which alone
 * HAProxy and the activator know it. So while HAProxy has not been told yet, such an app is unknown and never open.
 *
 * Retries and timeouts are kept by a hop of HAProxy to itself (mesh-ways.ts), which those calls alone take, within a budget
 * (retry-budget.ts).
 */
import type { MeshWorkload } from '@slipway/engine';
import { RELAYED_BACKEND } from './relayed-calls.ts';
import { ABORTING_BACKEND, wayBackend } from './mesh-ways.ts';
import { renderBudgetAtDoor, renderBudgetTables } from './retry-budget.ts';

export interface MeshMaps {
  /** Of called apps, by `<gateway>/<host>`. */
  readonly meshMap: string;
  /** Who may call whom: `<caller>/<callee>`, with the names of `txn.caller`. */
  readonly callsMap: string;
}

/** What stands in the mesh map, by fields. */
const FIELDS = {
  callee: 1,
  policy: 2,
  /** How a call goes that may be repeated, if not straight to the app; and any other call. */
  repeated: 3,
  plain: 4,
  methods: 5,
  budgetPercent: 6,
  timeoutMs: 7,
  abortPercent: 8,
  abortStatus: 9,
  delayPercent: 10,
  delayMs: 11,
  mirrorPercent: 12,
  mirror: 13,
} as const;
/** On copies: which host the call was meant for. Forged ones are removed by the rule for all forwarding headers. */
export const MIRRORED_HEADER = 'X-Forwarded-Mirrored';
const LISTED = 'listed';
const EVERYONE = 'all';
const CALLED = 'called-';
/** Begins a host that is not the called app's own; in no host name. */
const OTHER_APP = '/';
const ANY_METHOD = 'any';
const IDEMPOTENT = 'idempotent';

/** Source: RFC 9110 section 9.2.2. */
const IDEMPOTENT_METHODS = 'GET HEAD OPTIONS PUT DELETE TRACE';

/** Only named apps may call it. */
export function isClosed({ mesh }: { readonly mesh?: MeshWorkload | undefined }): boolean {
  return mesh?.callers !== undefined;
}

/** Before the host in the key of an app that only named apps may call. */
export function calledDoor(gateway: string): string {
  return `${CALLED}${gateway}`;
}

/** Where a copy goes; `mirror` as it stands in the map. What only its callers know is known to no other app's copies. */
export function copyOrderFor(mirror: string, door: string | undefined) {
  if (!mirror.startsWith(OTHER_APP)) return { host: mirror, door };
  return { host: mirror.slice(OTHER_APP.length), door: door?.replace(new RegExp(`^${CALLED}`), '') };
}

/** `isOwnName`: of the called app itself, as those of its tags are. */
export function renderMeshValue(
  callee: string,
  mesh: MeshWorkload,
  isOwnName: (host: string) => boolean = () => false,
): string {
  const { abort, delay, mirror, retries, timeoutMs = 0 } = mesh;
  const values: Readonly<Record<keyof typeof FIELDS, string | number>> = {
    callee,
    policy: isClosed({ mesh }) ? LISTED : EVERYONE,
    repeated: retries ? wayBackend(retries.attempts) : '',
    plain: timeoutMs > 0 ? wayBackend(0) : '',
    methods: retries?.anyMethod === true ? ANY_METHOD : IDEMPOTENT,
    budgetPercent: retries?.budgetPercent ?? 0,
    timeoutMs,
    abortPercent: abort?.percent ?? 0,
    abortStatus: abort?.status ?? 0,
    delayPercent: delay?.percent ?? 0,
    delayMs: delay?.delayMs ?? 0,
    mirrorPercent: mirror?.percent ?? 0,
    mirror: mirror ? `${isOwnName(mirror.host) ? '' : OTHER_APP}${mirror.host}` : '',
  };
  const byField = Object.entries(FIELDS).toSorted(([, one], [, other]) => one - other);
  return byField.map(([name]) => values[name as keyof typeof FIELDS]).join(':');
}

/**
 * Behind `txn.caller`, `txn.door` and `txn.host`. `allow` ends these rules and nothing else: most apps have set nothing, and
 * pay one look for it.
 */
export function renderMeshRules({ callsMap, meshMap }: MeshMaps): string {
  const mayCall = `{ var(txn.caller),concat(/,txn.callee),map_str(${callsMap}) -m found }`;
  const isListed = `{ ${field('policy')} -m str ${LISTED} }`;
  const isCounted = `{ ${field('repeated')} -m beg again }`;
  const mayRepeat = '{ var(txn.way) -m found }';
  return `    http-request set-var(txn.mesh) var(txn.door),concat(/,txn.host),map_str(${meshMap})
    http-request allow if !{ var(txn.mesh) -m found }
    http-request set-var(txn.callee) ${field('callee')}
    http-request return status 403 content-type text/plain lf-string "App %[var(txn.callee)] does not let app %[var(txn.caller)] call it\\n" if ${isListed} !${mayCall}
    http-request set-var(txn.door) str(${CALLED}),concat(,txn.door) if ${isListed}
    http-request set-var(txn.abort) ${field('abortPercent')}
    http-request set-var(txn.abort_status) ${field('abortStatus')}
    http-request set-var(txn.via) str(${ABORTING_BACKEND}) if { rand(100),sub(txn.abort) -m int lt 0 }
    http-request allow if { var(txn.via) -m found }
    http-request set-var(txn.timeout) ${field('timeoutMs')}
    http-request set-var(txn.way) ${field('repeated')} if { ${field('repeated')} -m beg again } { method ${IDEMPOTENT_METHODS} }
    http-request set-var(txn.way) ${field('repeated')} if { ${field('repeated')} -m beg again } { ${field('methods')} -m str ${ANY_METHOD} }
${renderBudgetAtDoor({ isCounted, mayRepeat, percent: field('budgetPercent') })}    http-request set-var(txn.way) ${field('plain')} if !${mayRepeat} { ${field('plain')} -m beg again }
    http-request set-var(txn.via) var(txn.way) if { var(txn.way) -m beg again }
    http-request set-var(txn.delay_percent) ${field('delayPercent')}
    http-request set-var(txn.mirror_percent) ${field('mirrorPercent')}
    http-request set-var(txn.delay) ${field('delayMs')} if { rand(100),sub(txn.delay_percent) -m int lt 0 }
    http-request set-var(txn.mirror) ${field('mirror')} if { rand(100),sub(txn.mirror_percent) -m int lt 0 }
    http-request set-var(txn.via) str(${RELAYED_BACKEND}) if { var(txn.delay) -m found } or { var(txn.mirror) -m found }
`;
}

/** What the activator is told of a call: token, no handovers, door, nothing drawn, how long it waits, where a copy goes. */
export function renderProjectId(token: string): string {
  return `${token}:0:%[var(txn.door)]:-:%[var(txn.delay)]:%[var(txn.mirror)]`;
}

/** Behind all other rules: where calls go that do not go straight to the app. */
export function renderMeshRoutes(): string {
  return `    use_backend %[var(txn.via)] if { var(txn.via) -m found }
`;
}

/** Tables that these rules count in. */
export function renderMeshTables(): string {
  return renderBudgetTables();
}

function field(name: keyof typeof FIELDS): string {
  return `var(txn.mesh),field(${FIELDS[name]},:)`;
}
