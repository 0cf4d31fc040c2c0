/** What apps have set for calls of their project, as entries of HAProxy's maps. Makes commands and runs none. */
import { isDeepStrictEqual } from 'node:util';
import type { MeshMaps } from './mesh-rules.ts';
import type { ToldMaps } from './told-maps.ts';

export interface MeshEntry {
  /** `<gateway>/<host>` of each of its names. */
  readonly keys: readonly string[];
  readonly value: string;
  /** `<caller>/<callee>` of those who may call it. */
  readonly calls: readonly string[];
}

export class MeshEntries {
  readonly #maps: MeshMaps;
  readonly #told: ToldMaps;
  readonly #entries = new Map<string, MeshEntry>();

  constructor(maps: MeshMaps, told: ToldMaps) {
    this.#maps = maps;
    this.#told = told;
  }

  /** From now on calls of this app go so; undefined: nothing is set for it. */
  set(owner: string, entry: MeshEntry | undefined): readonly string[] {
    const before = this.#entries.get(owner);
    if (isDeepStrictEqual(before, entry)) return [];
    if (entry) this.#entries.set(owner, entry);
    else this.#entries.delete(owner);
    const { callsMap, meshMap } = this.#maps;
    const gone = (kind: 'calls' | 'keys') => (before?.[kind] ?? []).filter((key) => !entry?.[kind].includes(key));
    // Who may call is known before anybody is asked, and as long as anybody is.
    return [
      ...(entry ? this.#say(entry) : []),
      ...gone('keys').flatMap((key) => this.#told.delete(meshMap, key)),
      ...gone('calls').flatMap((key) => this.#told.delete(callsMap, key)),
    ];
  }

  /** All that HAProxy has to know, after it has forgotten everything. */
  sayAll(): readonly string[] {
    return [...this.#entries.values()].flatMap((entry) => this.#say(entry));
  }

  /** Entries of the maps that are in use, as `<map> <key>`. */
  entries(): readonly string[] {
    const { callsMap, meshMap } = this.#maps;
    return [...this.#entries.values()].flatMap(({ calls, keys }) => [
      ...calls.map((key) => `${callsMap} ${key}`),
      ...keys.map((key) => `${meshMap} ${key}`),
    ]);
  }

  #say({ calls, keys, value }: MeshEntry): readonly string[] {
    const { callsMap, meshMap } = this.#maps;
    return [
      ...calls.filter((key) => !this.#told.has(callsMap, key)).map((key) => this.#told.set(callsMap, key, 'may')),
      ...keys.map((key) => this.#told.set(meshMap, key, value)),
    ];
  }
}
