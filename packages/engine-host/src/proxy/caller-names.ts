/**
 * Which app calls from which address, as HAProxy's map. The firewall lets an instance send with its own address alone
 * (see bridge-guard.ts), so the address says who calls. Makes commands and runs none.
 */
import type { ToldMaps } from './told-maps.ts';

export class CallerNames {
  readonly #callersMap: string;
  readonly #told: ToldMaps;
  readonly #callers = new Map<string, string>();

  constructor(callersMap: string, told: ToldMaps) {
    this.#callersMap = callersMap;
    this.#told = told;
  }

  set(address: string, caller: string): readonly string[] {
    if (this.#callers.get(address) === caller && this.#told.has(this.#callersMap, address)) return [];
    this.#callers.set(address, caller);
    return [this.#told.set(this.#callersMap, address, caller)];
  }

  clear(address: string): readonly string[] {
    this.#callers.delete(address);
    return this.#told.delete(this.#callersMap, address);
  }

  /** All that HAProxy has to know, after it has forgotten everything. */
  sayAll(): readonly string[] {
    return [...this.#callers].map(([address, caller]) => this.#told.set(this.#callersMap, address, caller));
  }

  /** Entries of the map that are in use, as `<map> <key>`. */
  entries(): readonly string[] {
    return [...this.#callers.keys()].map((address) => `${this.#callersMap} ${address}`);
  }
}
