/**
 * What is done with a call inside a project before it is led to the app: one look into a map, whose value says all that
 * the called app has set. Apps without settings are not in the map. Pure.
 *
 * An app with a list of callers has route keys of its own behind the look (`called-<gateway>/<host>`), under which alone
 * HAProxy and the activator know it. So while HAProxy has not been told yet, such an app is unknown and never open.
 */
import type { MeshWorkload } from '@slipway/engine';

export interface MeshMaps {
  /** Of called apps, by `<gateway>/<host>`. */
  readonly meshMap: string;
  /** Who may call whom: `<caller>/<callee>`, with the names of `txn.caller`. */
  readonly callsMap: string;
}

/** What stands in the mesh map, by fields. */
const FIELDS = { callee: 1, policy: 2 } as const;
const LISTED = 'listed';
const EVERYONE = 'all';
const CALLED = 'called-';

/** Only named apps may call it. */
export function isClosed({ mesh }: { readonly mesh?: MeshWorkload | undefined }): boolean {
  return mesh?.callers !== undefined;
}

/** Before the host in the key of an app that only named apps may call. */
export function calledDoor(gateway: string): string {
  return `${CALLED}${gateway}`;
}

export function renderMeshValue(callee: string, mesh: MeshWorkload): string {
  return [callee, isClosed({ mesh }) ? LISTED : EVERYONE].join(':');
}

/** Behind `txn.caller`, `txn.door` and `txn.host`. */
export function renderMeshRules({ callsMap, meshMap }: MeshMaps): string {
  const isListed = `{ var(txn.mesh),field(${FIELDS.policy},:) -m str ${LISTED} }`;
  const mayCall = `{ var(txn.caller),concat(/,txn.callee),map_str(${callsMap}) -m found }`;
  return `    http-request set-var(txn.mesh) var(txn.door),concat(/,txn.host),map_str(${meshMap})
    http-request set-var(txn.callee) var(txn.mesh),field(${FIELDS.callee},:) if { var(txn.mesh) -m found }
    http-request return status 403 content-type text/plain lf-string "App %[var(txn.callee)] does not let app %[var(txn.caller)] call it\\n" if ${isListed} !${mayCall}
    http-request set-var(txn.door) str(${CALLED}),concat(,txn.door) if ${isListed}
`;
}
