/** How many instances a revision should have, by the mode of the platform's scaler. Pure. */
import type { ScaleBounds } from '@slipway/engine';
import { decideFastScale, fastTarget } from './fast-scale.ts';
import { decideKnativeScale, knativeTarget, KNATIVE_TICK_MS } from './knative-scale.ts';
import { averageDemand, type DemandSample } from './scale-demand.ts';
import type { ScaleDecision, ScaleInput, ScaleMode } from './scale-input.ts';

/** `samples` are oldest first and reach back at least as far as the stable window (or to the first sample). */
export function decideScale(samples: readonly DemandSample[], bounds: ScaleBounds, input: ScaleInput): ScaleDecision {
  const { nowMs, windows } = input;
  if (windows.mode === 'fast') return decideFastScale(samples, bounds, input);
  const stable = averageDemand(samples, nowMs, windows.stableMs);
  const panic = averageDemand(samples, nowMs, windows.panicMs);
  return decideKnativeScale({ stable, panic }, bounds, input);
}

/** Requests in flight per instance that the mode works towards. */
export function targetConcurrency(bounds: ScaleBounds, mode: ScaleMode): number {
  return mode === 'fast' ? fastTarget(bounds) : knativeTarget(bounds);
}

/** How long a decision stands: the fast mode decides with every look. */
export function decisionMs(mode: ScaleMode): number {
  return mode === 'fast' ? 0 : KNATIVE_TICK_MS;
}
