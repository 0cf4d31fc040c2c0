/**
 * Which host leads where, as HAProxy's maps. A host that leads to one slot has the slot's name as its value. A host whose
 * requests are shared out has a number: the first of a hundred that stand in the shares map, one for each per cent, in
 * ranges (`4200:4289 slot3`, `4290:4299 slot7`). HAProxy draws a number from 0 to 99, adds it, and looks it up there.
 *
 * Shares that change get a new hundred, and the host's one value is changed last, so that no request sees half a change.
 * Makes commands and runs none.
 */
import { ACTIVATOR_SERVER, slotName } from './haproxy-config.ts';
import { isDoorKey } from './route-keys.ts';
import type { SourceGuards } from './source-guards.ts';
import type { ToldMaps } from './told-maps.ts';

/** Per cent that go to a slot; without a slot to the activator, which wakes who is asleep. */
export interface SlotShare {
  readonly percent: number;
  readonly slot: number | undefined;
}

export interface RouteMaps {
  readonly hostsMap: string;
  /** Of hosts that are asked for beside the public edge. */
  readonly doorsMap: string;
  readonly sharesMap: string;
}

/** Numbers of one split. */
export const BUCKETS = 100;
/** In the shares map while any host is split; no number that is drawn is below the first hundred. */
export const SPLIT_MARK = '0';

interface Split {
  readonly base: number;
  readonly shares: readonly SlotShare[];
}

export class HostRoutes {
  readonly #maps: RouteMaps;
  readonly #told: ToldMaps;
  readonly #guards: Pick<SourceGuards, 'backendOf'>;
  /** What its map says, by host. */
  readonly #hosts = new Map<string, string>();
  readonly #splits = new Map<string, Split>();
  #nextBase = BUCKETS;

  constructor(maps: RouteMaps, told: ToldMaps, guards: Pick<SourceGuards, 'backendOf'>) {
    this.#maps = maps;
    this.#told = told;
    this.#guards = guards;
  }

  get size(): number {
    return this.#hosts.size;
  }

  /** HAProxy was found with these keys in the shares map: theirs are not used again. */
  noteShares(keys: Iterable<string>): void {
    for (const key of keys) {
      const last = Number(key.split(':').at(-1));
      if (Number.isSafeInteger(last))
        this.#nextBase = Math.max(this.#nextBase, BUCKETS * (Math.floor(last / BUCKETS) + 1));
    }
  }

  /** Leads the hosts by these shares, which make 100. Nothing to say when they are led so already. */
  lead(hosts: readonly string[], shares: readonly SlotShare[]): readonly string[] {
    const [only] = shares.length === 1 ? shares : [];
    const commands: string[] = [];
    const value = only ? nameOf(only) : this.#splitFor(hosts, shares, commands);
    for (const host of hosts) {
      if (this.#hosts.get(host) === value && this.#told.has(this.mapOf(host), host)) continue;
      this.#hosts.set(host, value);
      commands.push(this.#told.set(this.mapOf(host), host, value));
    }
    return [...commands, ...this.#dropUnused()];
  }

  /** Leads the hosts to their guards, or to the activator, as hosts that nobody knows. */
  clear(hosts: readonly string[]): readonly string[] {
    const known = hosts.filter((host) => this.#hosts.delete(host));
    return [...known.flatMap((host) => this.rest(host)), ...this.#dropUnused()];
  }

  /** All that HAProxy has to know, after it has forgotten everything. */
  sayAll(): readonly string[] {
    return [
      ...[...this.#splits.values()].flatMap((split) => this.#describe(split)),
      ...[...this.#hosts].map(([host, value]) => this.#told.set(this.mapOf(host), host, value)),
    ];
  }

  /** Entries of the maps that are in use, as `<map> <key>`. */
  entries(): readonly string[] {
    const { sharesMap } = this.#maps;
    const keys = [...this.#splits.values()].flatMap((split) => rangesOf(split).map(({ key }) => key));
    if (keys.length > 0) keys.push(SPLIT_MARK);
    return [
      ...[...this.#hosts.keys()].map((host) => `${this.mapOf(host)} ${host}`),
      ...keys.map((key) => `${sharesMap} ${key}`),
    ];
  }

  /** Says where a host leads now: to what it was led to, else to its guard, else to the activator. */
  rest(host: string): readonly string[] {
    const value = this.#hosts.get(host) ?? this.#guards.backendOf(host);
    const map = this.mapOf(host);
    return value === undefined ? this.#told.delete(map, host) : [this.#told.set(map, host, value)];
  }

  mapOf(host: string): string {
    return isDoorKey(host) ? this.#maps.doorsMap : this.#maps.hostsMap;
  }

  /** The value of a host whose requests are shared out so; the same as before when the shares are. */
  #splitFor(hosts: readonly string[], shares: readonly SlotShare[], commands: string[]): string {
    const before = this.#splits.get(this.#hosts.get(hosts[0] ?? '') ?? '');
    if (before && isSame(before.shares, shares)) return String(before.base);
    const split = { base: this.#nextBase, shares };
    this.#nextBase += BUCKETS;
    this.#splits.set(String(split.base), split);
    commands.push(...this.#describe(split));
    return String(split.base);
  }

  #describe(split: Split): readonly string[] {
    const { sharesMap } = this.#maps;
    const mark = this.#told.has(sharesMap, SPLIT_MARK) ? [] : [this.#told.set(sharesMap, SPLIT_MARK, 'split')];
    return [...mark, ...rangesOf(split).map(({ key, value }) => this.#told.set(sharesMap, key, value))];
  }

  #dropUnused(): readonly string[] {
    const used = new Set(this.#hosts.values());
    const unused = [...this.#splits].filter(([value]) => !used.has(value));
    for (const [value] of unused) this.#splits.delete(value);
    const { sharesMap } = this.#maps;
    const commands = unused.flatMap(([, split]) =>
      rangesOf(split).flatMap(({ key }) => this.#told.delete(sharesMap, key)),
    );
    return this.#splits.size > 0 ? commands : [...commands, ...this.#told.delete(sharesMap, SPLIT_MARK)];
  }
}

function rangesOf({ base, shares }: Split): readonly { readonly key: string; readonly value: string }[] {
  let from = base;
  return shares.map((share) => {
    const key = `${from}:${from + share.percent - 1}`;
    from += share.percent;
    return { key, value: nameOf(share) };
  });
}

function nameOf({ slot }: SlotShare): string {
  return slot === undefined ? ACTIVATOR_SERVER : slotName(slot);
}

function isSame(one: readonly SlotShare[], other: readonly SlotShare[]): boolean {
  return (
    one.length === other.length &&
    one.every(({ percent, slot }, at) => other[at]?.percent === percent && other[at]?.slot === slot)
  );
}
