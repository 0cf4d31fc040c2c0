/** The waits of a measured platform: a round must not wait for the minutes after which an operator's apps fall asleep. */
import type { WrittenConfig } from '../test/platform.ts';

export function sleepSoon(config: WrittenConfig): WrittenConfig {
  return { ...config, scaling: { ...config.scaling, stableWindowMs: 300, scaleToZeroGraceMs: 1 } };
}
