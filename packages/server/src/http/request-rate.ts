/**
 * How many requests one user may send: a bucket for each that refills all the time, so short bursts pass and a loop that
 * never rests does not take the daemon from others. A bucket that is full again is forgotten.
 */
import { Refusal } from '@slipway/spec';

/** Requests that may come at once, in seconds of the allowed rate. */
const BURST_S = 10;
/** Users with a bucket; beyond it those are forgotten first that rested longest. */
const USERS_MAX = 10_000;

export class RequestRate {
  readonly #perSecond: number;
  readonly #nowMs: () => number;
  /** User → when the bucket is full again; in the order of their latest requests. */
  readonly #fullAtMs = new Map<string, number>();

  constructor(perSecond: number, nowMs: () => number) {
    this.#perSecond = perSecond;
    this.#nowMs = nowMs;
  }

  /** Throws Refusal when the user has sent too many. A refused request costs nothing. */
  take(userId: string): void {
    const nowMs = this.#nowMs();
    const fullAtMs = Math.max(this.#fullAtMs.get(userId) ?? nowMs, nowMs) + 1000 / this.#perSecond;
    const overMs = fullAtMs - nowMs - BURST_S * 1000;
    if (overMs > 0) {
      const seconds = Math.ceil(overMs / 1000);
      throw new Refusal('too_many_requests', { limit: this.#perSecond, seconds });
    }
    this.#fullAtMs.delete(userId);
    this.#fullAtMs.set(userId, fullAtMs);
    this.#forget(nowMs);
  }

  #forget(nowMs: number): void {
    for (const [userId, fullAtMs] of this.#fullAtMs) {
      if (fullAtMs > nowMs && this.#fullAtMs.size <= USERS_MAX) return;
      this.#fullAtMs.delete(userId);
    }
  }
}
