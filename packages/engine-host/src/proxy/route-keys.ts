/**
 * The keys that an app's names have in HAProxy's maps and in the activator. A public name is its own key. Other keys
 * begin with where the request came in, and a slash, which is in no host name: `private/NAME`, or the gateway's address
 * of the app's project. What is guarded has the key of its guard. Pure.
 */
import { allHosts, parseAppHost, type AppWorkload } from '@slipway/engine';
import { PRIVATE_DOOR } from './door-frontends.ts';
import { calledDoor, isClosed } from './mesh-rules.ts';
import { guardedDoor, isGuarded } from './source-guard.ts';

/** Behind it stands the whole name, and before it the short one, which instances may use as well. */
const INTERNAL_SUFFIX = '.svc.cluster.local';

/** The workload with the keys of its names. Without a gateway the project has no instances that could ask. */
export function withRouteKeys(workload: AppWorkload, gateway: string | undefined): AppWorkload {
  const isBehindGuard = isGuarded(workload);
  const own = gateway !== undefined && isClosed(workload) ? calledDoor(gateway) : gateway;
  const keysOf = (hosts: readonly string[]) =>
    hosts.flatMap((host) => routeKeys(host, { gateway: own, isBehindGuard }));
  const tags = workload.tags?.map((tag) => ({ ...tag, hosts: keysOf(tag.hosts) }));
  return { ...workload, hosts: keysOf(workload.hosts), ...(tags && { tags }) };
}

/** The names of the app that the project's name server answers. */
export function projectNames(hosts: readonly string[]): readonly string[] {
  return hosts.flatMap((host) => {
    const { door, name } = parseAppHost(host);
    return door === 'project' ? formsOf(name) : [];
  });
}

/** The keys under which the project door looks for what the app has set. */
export function projectKeys(workload: AppWorkload, gateway: string): readonly string[] {
  return projectNames(allHosts(workload)).map((name) => `${gateway}/${name}`);
}

export function isDoorKey(key: string): boolean {
  return key.includes('/');
}

/** How the activator looks for what came in through a door; undefined for a name that no public app can have. */
export function routeKeyFor(door: string | undefined, host: string): string | undefined {
  if (isDoorKey(host)) return undefined;
  return door === undefined ? host : `${door}/${host}`;
}

function routeKeys(
  host: string,
  { gateway, isBehindGuard }: { readonly gateway: string | undefined; readonly isBehindGuard: boolean },
): readonly string[] {
  const { door, name } = parseAppHost(host);
  if (door !== 'project' && isBehindGuard) return [`${guardedDoor(door)}/${name}`];
  if (door === 'public') return [name];
  if (door === 'private') return [`${PRIVATE_DOOR}/${name}`];
  return gateway === undefined ? [] : formsOf(name).map((form) => `${gateway}/${form}`);
}

function formsOf(name: string): readonly string[] {
  return name.endsWith(INTERNAL_SUFFIX) ? [name, name.slice(0, -INTERNAL_SUFFIX.length)] : [name];
}
