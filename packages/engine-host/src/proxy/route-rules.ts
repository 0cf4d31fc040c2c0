/**
 * Where a frontend leads a request, as `use_backend` rules around one look into a map. A name's value there is a slot, or the first
 * number of a split, by which the slot is drawn (see host-routes.ts). As long as no app shares its requests out, that
 * costs one look into an empty map. Pure.
 */

/**
 * The host that was asked for, as the maps write it. The first is the only one: HAProxy refuses hosts that differ and drops
 * what repeats the first. Named so, it does not look for a last one.
 */
export const ASKED_HOST = 'req.fhdr(host,1),host_only,lower';

/** By the host that was asked for at the public edge. */
export function edgeLookup(hostsMap: string): string {
  return `${ASKED_HOST},map_str(${hostsMap},activator)`;
}

/** By the door in `txn.door` and the host in `txn.host`. */
export function doorLookup(doorsMap: string): string {
  return `var(txn.door),concat(/,txn.host),map_str(${doorsMap},activator)`;
}

export interface RouteRules {
  readonly sharesMap: string;
  /** The activator says which number was drawn before. */
  readonly keepsDrawn?: boolean;
  /** When the rules count at all. */
  readonly condition?: string;
}

export function renderRoutes(lookup: string, { sharesMap, keepsDrawn = false, condition }: RouteRules): string {
  const first = condition === undefined ? '' : `${condition} `;
  const isSplit = `{ int(0),map_int(${sharesMap}) -m found } { ${lookup},set-var(txn.to) -m int gt 0 }`;
  const share = `add(txn.to),map_int(${sharesMap},activator)`;
  const kept = `    use_backend %[var(txn.bucket),${share}] if ${first}{ var(txn.bucket) -m found } ${isSplit}`;
  return [
    ...(keepsDrawn ? [kept] : []),
    `    use_backend %[rand(100),set-var(txn.bucket),${share}] if ${first}${isSplit}`,
    `    use_backend %[${lookup}]${condition === undefined ? '' : ` if ${condition}`}`,
  ].join('\n');
}
