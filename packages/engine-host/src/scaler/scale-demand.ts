/**
 * What a revision was asked: samples over time, their averages and their peaks. Pure. Both modes of the scaler decide by
 * these, so that they differ in the decision alone.
 */

/** One observation; valid until the next one. */
export interface DemandSample {
  readonly atMs: number;
  readonly inFlight: number;
  readonly queued: number;
}

/**
 * Mean of requests in flight and queued, weighted by time; over the age of the first sample when that is younger than
 * the window. Example: 10 for one second, then 0 for nine of a 10 s window is 1.
 */
export function averageDemand(samples: readonly DemandSample[], nowMs: number, windowMs: number): number {
  const first = samples[0];
  if (!first) return 0;
  const fromMs = Math.max(nowMs - windowMs, first.atMs);
  let area = 0;
  for (const [at, sample] of samples.entries()) {
    const untilMs = Math.min(samples[at + 1]?.atMs ?? nowMs, nowMs);
    area += (sample.inFlight + sample.queued) * Math.max(0, untilMs - Math.max(sample.atMs, fromMs));
  }
  const last = samples.at(-1) ?? first;
  return nowMs > fromMs ? area / (nowMs - fromMs) : last.inFlight + last.queued;
}

/** The most that was in flight and queued at once inside the window. */
export function peakDemand(samples: readonly DemandSample[], nowMs: number, windowMs: number): number {
  let peak = 0;
  for (const [at, sample] of samples.entries()) {
    const untilMs = samples[at + 1]?.atMs ?? nowMs;
    if (untilMs >= nowMs - windowMs) peak = Math.max(peak, sample.inFlight + sample.queued);
  }
  return peak;
}
