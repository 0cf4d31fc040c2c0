/** What a watcher was told of each resource, so that it hears of differences only. Holds digests, no values. */
import { createHash } from 'node:crypto';

export interface SeenResource {
  readonly id?: unknown;
}

export class SentResources {
  readonly #sent = new Map<string, { readonly id: unknown; readonly digest: string }>();
  /** Everything that is there was told: what is not known here is new. */
  isComplete = false;

  get keys(): readonly string[] {
    return [...this.#sent.keys()];
  }

  has(key: string): boolean {
    return this.#sent.has(key);
  }

  /** Undefined when nothing is to be told. `replaced`: another one has the name now. */
  tell(key: string, resource: SeenResource, isNew: boolean): 'added' | 'modified' | 'replaced' | undefined {
    const digest = createHash('sha256').update(JSON.stringify(resource)).digest('base64');
    const earlier = this.#sent.get(key);
    this.#sent.set(key, { id: resource.id, digest });
    if (!earlier) return this.isComplete || isNew ? 'added' : 'modified';
    if (earlier.id !== resource.id) return 'replaced';
    return earlier.digest === digest ? undefined : 'modified';
  }

  /** True when its end is to be told. */
  forget(key: string): boolean {
    return this.#sent.delete(key) || !this.isComplete;
  }
}
