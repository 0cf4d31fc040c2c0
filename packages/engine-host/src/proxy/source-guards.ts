/** Which names of which apps lead to a guard, and who passes it, as entries of HAProxy's maps. Makes commands and runs none. */
import { isDeepStrictEqual } from 'node:util';
import type { HostRoutes } from './host-routes.ts';
import type { Guard } from './source-guard.ts';
import type { ToldMaps } from './told-maps.ts';

/** From HAProxy to itself it takes far less than a millisecond, unless it has no processor. */
const ON_THE_WAY_MS = 5_000;

export class SourceGuards {
  readonly #sourcesMap: string;
  readonly #told: ToldMaps;
  readonly #guards = new Map<string, readonly Guard[]>();
  /** Key → owner → backend: it is asked for each host that moves. A name on its way from one app to another has both. */
  readonly #backends = new Map<string, Map<string, string>>();
  /** Passes of guards that were lifted a moment ago. */
  readonly #lifted = new Map<string, { readonly key: string; readonly atMs: number }>();

  constructor(sourcesMap: string, told: ToldMaps) {
    this.#sourcesMap = sourcesMap;
    this.#told = told;
  }

  /** From now on these names of an app lead to their guards, whether it is awake or not; others it had do no more. */
  set(owner: string, guards: readonly Guard[], routes: HostRoutes, nowMs = performance.now()): readonly string[] {
    const before = this.#guards.get(owner) ?? [];
    if (isDeepStrictEqual(before, guards)) return [];
    if (guards.length === 0) this.#guards.delete(owner);
    else this.#guards.set(owner, guards);
    this.#index(owner, before, guards);
    const keys = new Set(guards.map(({ key }) => key));
    const left = before.filter(({ key }) => !keys.has(key));
    // Who passes is known before the guard asks, and as long as it does.
    return [
      ...this.#say(guards, routes),
      ...left.flatMap(({ key }) => routes.rest(key)),
      ...this.#forget(before, left, nowMs),
    ];
  }

  /**
   * Who may pass no more is refused at once. But what was led to a guard that is lifted is on its way there: who passed it is
   * forgotten with the first change that comes long after.
   */
  #forget(before: readonly Guard[], left: readonly Guard[], nowMs: number): readonly string[] {
    // A machine full of apps declares its guards one by one, and nothing is to be forgotten then.
    if (before.length === 0 && this.#lifted.size === 0) return [];
    const passes = new Set(this.#all().flatMap((guard) => guard.passes));
    for (const guard of left) for (const pass of guard.passes) this.#lifted.set(pass, { key: guard.key, atMs: nowMs });
    const late = [...this.#lifted]
      .filter(([, { key, atMs }]) => nowMs - atMs > ON_THE_WAY_MS || this.#backends.has(key))
      .map(([pass]) => pass);
    for (const pass of late) this.#lifted.delete(pass);
    const stayed = before.filter((guard) => !left.includes(guard)).flatMap((guard) => guard.passes);
    const gone = [...stayed, ...late].filter((pass) => !passes.has(pass) && !this.#lifted.has(pass));
    return gone.flatMap((pass) => this.#told.delete(this.#sourcesMap, pass));
  }

  backendOf(key: string): string | undefined {
    return this.#backends.get(key)?.values().next().value;
  }

  /** All that HAProxy has to know, after it has forgotten everything. */
  sayAll(routes: HostRoutes): readonly string[] {
    return this.#say(this.#all(), routes);
  }

  /** Entries of the maps that are in use, as `<map> <key>`. */
  entries(routes: HostRoutes): readonly string[] {
    return this.#all().flatMap(({ key, passes }) => [
      `${routes.mapOf(key)} ${key}`,
      ...passes.map((pass) => `${this.#sourcesMap} ${pass}`),
    ]);
  }

  #index(owner: string, before: readonly Guard[], guards: readonly Guard[]): void {
    for (const { key } of before) {
      const owners = this.#backends.get(key);
      owners?.delete(owner);
      if (owners?.size === 0) this.#backends.delete(key);
    }
    for (const { key, backend } of guards)
      this.#backends.set(key, (this.#backends.get(key) ?? new Map<string, string>()).set(owner, backend));
  }

  #say(guards: readonly Guard[], routes: HostRoutes): readonly string[] {
    const passes = guards.flatMap((guard) => guard.passes).filter((pass) => !this.#told.has(this.#sourcesMap, pass));
    return [
      ...passes.map((pass) => this.#told.set(this.#sourcesMap, pass, 'pass')),
      ...guards.map(({ key, backend }) => this.#told.set(routes.mapOf(key), key, backend)),
    ];
  }

  #all(): readonly Guard[] {
    return [...this.#guards.values()].flat();
  }
}
