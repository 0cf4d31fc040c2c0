/**
 * Knative's autoscaler as its published formulas read, line by line and with a memory of its own, to hold ours against. It
 * shares no code with what it judges; where that is terse, this is plain.
 *
 *   ready   = max(1, readyPods)           maxUp   = ceil(1000 · ready)      maxDown = reachable ? floor(ready / 2) : 0
 *   dspc    = ceil(stableAvg / target)    dppc    = ceil(panicAvg / target)
 *   stable  = min(max(dspc, maxDown), maxUp), panic likewise
 *   over    = dppc / ready ≥ 2
 */
import type { ScaleBounds } from '@slipway/engine';

const STABLE_WINDOW_MS = 60_000;
const GRACE_MS = 30_000;

export class KnativeOracle {
  readonly #bounds: ScaleBounds;
  #panicTimeMs: number | undefined;
  #maxPanicPods = 0;
  readonly #decisions: { readonly atMs: number; readonly pods: number }[] = [];

  /** `curC > 1`: a new autoscaler of pods that run begins in its panic mode, and keeps them for a stable window. */
  constructor(bounds: ScaleBounds, start: { readonly nowMs: number; readonly pods: number }) {
    this.#bounds = bounds;
    if (start.pods > 0) this.#decisions.push({ atMs: start.nowMs, pods: this.#bounded(start.pods, 0) });
    if (start.pods < 2) return;
    this.#panicTimeMs = start.nowMs;
    this.#maxPanicPods = start.pods;
  }

  decide(
    averages: { readonly stable: number; readonly panic: number },
    now: { readonly nowMs: number; readonly ready: number; readonly idleMs: number },
  ): number {
    const ready = now.ready < 1 ? 1 : now.ready;
    const target = this.#target();
    const dspc = Math.ceil(averages.stable / target);
    const dppc = Math.ceil(averages.panic / target);
    let pods = rateLimited(dspc, ready, now.ready > 0);
    const panicPods = rateLimited(dppc, ready, now.ready > 0);
    this.#updatePanic(dppc / ready >= 2, now.nowMs);
    if (this.#panicTimeMs !== undefined) {
      if (panicPods > pods) pods = panicPods;
      if (pods > this.#maxPanicPods) this.#maxPanicPods = pods;
      pods = this.#maxPanicPods;
    }
    return this.#delayed(this.#bounded(pods, now.idleMs), now.nowMs);
  }

  #target(): number {
    const { concurrencyMax, concurrencyTarget } = this.#bounds;
    let total = concurrencyMax;
    if (concurrencyTarget > 0 && concurrencyTarget < concurrencyMax) total = concurrencyTarget;
    return total * 0.7;
  }

  #updatePanic(isOver: boolean, nowMs: number): void {
    if (isOver) {
      this.#panicTimeMs = nowMs;
    } else if (this.#panicTimeMs !== undefined && this.#panicTimeMs + STABLE_WINDOW_MS < nowMs) {
      this.#panicTimeMs = undefined;
      this.#maxPanicPods = 0;
    }
  }

  #bounded(pods: number, idleMs: number): number {
    const { instancesMin, instancesMax } = this.#bounds;
    let least = instancesMin;
    if (least === 0 && idleMs < STABLE_WINDOW_MS + GRACE_MS) least = 1;
    const most = Math.max(1, instancesMin, instancesMax === 0 ? 250 : instancesMax);
    if (pods < least) return least;
    return pods > most ? most : pods;
  }

  #delayed(pods: number, nowMs: number): number {
    this.#decisions.push({ atMs: nowMs, pods });
    const inside = this.#decisions.filter(({ atMs }) => nowMs - atMs < this.#bounds.scaleDownDelayMs);
    if (this.#decisions.length > 100) this.#decisions.splice(0, this.#decisions.length - 100);
    return Math.max(pods, ...inside.map((decision) => decision.pods));
  }
}

function rateLimited(pods: number, ready: number, isReachable: boolean): number {
  const maxUp = Math.ceil(1_000 * ready);
  const maxDown = isReachable ? Math.floor(ready / 2) : 0;
  return Math.min(Math.max(pods, maxDown), maxUp);
}
