/** Adds up the starts of a revision, by what they came from. */
import { totalMs, type StartStatistics, type StartTier, type StartTimes } from '@slipway/engine';

/** Wide enough for a thaw and for a Java server; the field's usual steps. */
const BOUNDS_MS = [1, 2.5, 5, 10, 25, 50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000, 30_000] as const;

export class StartTotals {
  readonly #byTier = new Map<StartTier, StartStatistics>();

  note(times: StartTimes): void {
    const before = this.#byTier.get(times.tier);
    const phasesMs = { ...times.phasesMs };
    if (before)
      for (const phase of Object.keys(phasesMs) as (keyof typeof phasesMs)[]) phasesMs[phase] += before.phasesMs[phase];
    const tookMs = totalMs(times);
    const buckets = BOUNDS_MS.map((atMostMs, at) => ({
      atMostMs,
      count: (before?.buckets[at]?.count ?? 0) + (tookMs <= atMostMs ? 1 : 0),
    }));
    this.#byTier.set(times.tier, { tier: times.tier, count: (before?.count ?? 0) + 1, phasesMs, buckets });
  }

  read(): readonly StartStatistics[] {
    return [...this.#byTier.values()];
  }
}
