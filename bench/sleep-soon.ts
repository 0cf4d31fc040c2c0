/** The waits of a measured platform: a round must not wait for the minutes after which an operator's apps fall asleep. */
import type { WrittenConfig } from '../test/platform.ts';

/** A burst is over by then: nothing of it ends while the rest still starts. */
const BURST_WINDOW_MS = 10_000;

export function sleepSoon(config: WrittenConfig): WrittenConfig {
  return { ...config, scaling: { ...config.scaling, stableWindowMs: 300, scaleToZeroGraceMs: 1 } };
}

export function sleepAfterBurst(config: WrittenConfig): WrittenConfig {
  return { ...config, scaling: { ...config.scaling, stableWindowMs: BURST_WINDOW_MS, scaleToZeroGraceMs: 1 } };
}
