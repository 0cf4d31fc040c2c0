/** Counts open streams, of the platform and of each user, and refuses one too many. */
import { Refusal } from '@slipway/spec';

export interface StreamBounds {
  readonly max: number;
  readonly perUserMax: number;
}

export class StreamSlots {
  readonly #bounds: StreamBounds;
  readonly #openOf = new Map<string, number>();
  #open = 0;

  constructor(bounds: StreamBounds) {
    this.#bounds = bounds;
  }

  /** The returned function gives the slot back. */
  take(userId: string): () => void {
    const { max, perUserMax } = this.#bounds;
    const own = this.#openOf.get(userId) ?? 0;
    if (this.#open >= max) throw new Refusal('busy', { reason: `${max} streams are open, which is the limit` });
    if (own >= perUserMax)
      throw new Refusal('busy', { reason: `${perUserMax} streams of yours are open, which is the limit of one user` });
    this.#open += 1;
    this.#openOf.set(userId, own + 1);
    return () => {
      this.#open -= 1;
      const left = (this.#openOf.get(userId) ?? 1) - 1;
      if (left > 0) this.#openOf.set(userId, left);
      else this.#openOf.delete(userId);
    };
  }
}
