/**
 * Orders at a public authority, in the background, because one takes seconds to minutes. Few at once, and no more in an
 * hour than the authority allows: one account serves all tenants, so none of them may use up what the others need.
 */
import type { Clock } from '../control.ts';

const PARALLEL_MAX = 4;
const HOUR_MS = 3_600_000;
const ORDERS_PER_HOUR_MAX = { platform: 60, project: 15 } as const;

export class CertificateOrders {
  readonly #clock: Clock;
  readonly #running = new Map<string, Promise<void>>();
  readonly #life = new AbortController();
  /** Of the last hour, oldest first. */
  #begun: readonly { readonly at: number; readonly projectId: string }[] = [];

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** False when there is no room now: the next look is the retry. `work` never throws. */
  begin(
    order: { readonly id: string; readonly projectId: string },
    work: (signal: AbortSignal) => Promise<void>,
  ): boolean {
    const { id, projectId } = order;
    if (this.#life.signal.aborted || this.#running.has(id) || this.#running.size >= PARALLEL_MAX) return false;
    const now = this.#clock.now().getTime();
    this.#begun = this.#begun.filter(({ at }) => at > now - HOUR_MS);
    const ofProject = this.#begun.filter((one) => one.projectId === projectId).length;
    if (this.#begun.length >= ORDERS_PER_HOUR_MAX.platform || ofProject >= ORDERS_PER_HOUR_MAX.project) return false;
    this.#begun = [...this.#begun, { at: now, projectId }];
    const done = work(this.#life.signal).finally(() => this.#running.delete(id));
    this.#running.set(id, done);
    return true;
  }

  async stop(): Promise<void> {
    this.#life.abort(new Error('The platform stops'));
    await Promise.allSettled(this.#running.values());
  }
}
