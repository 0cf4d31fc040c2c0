/**
 * How many instances the fast mode wants: at once what is in flight and queued now needs, and what the last seconds needed
 * on average with something in reserve. An instance is there in milliseconds, so no burst needs Knative's panic mode, which
 * holds the most it saw for a minute, nor an average over a minute before calm load is believed. Pure.
 *
 * Held against Knative's arithmetic on the same traces (`scale-modes.test.ts`): less waiting, no more instance-seconds. It
 * changes the number of instances more often; `scale_down_delay` is for owners whose programs start slowly.
 */
import type { ScaleBounds } from '@slipway/engine';
import {
  clamp,
  delayDown,
  instancesLowerBound,
  instancesUpperBound,
  softTarget,
  type ScaleDecision,
  type ScaleInput,
} from './scale-input.ts';
import { averageDemand, peakDemand, type DemandSample } from './scale-demand.ts';

/** A peak counts this part of the panic window, 0.5 s of 6: longer than the pause between two looks. */
const PEAK_SHARE = 1 / 12;
/**
 * What an instance is given on average, so that ordinary variation finds room. Knative has 0.7, against averages that lag
 * a minute behind; with 0.75 over six seconds the same traces take no more instance-seconds.
 */
const UTILISATION = 0.75;

/** `samples` are oldest first and reach back at least as far as the panic window. */
export function decideFastScale(
  samples: readonly DemandSample[],
  bounds: ScaleBounds,
  input: ScaleInput,
): ScaleDecision {
  const { nowMs, windows, state } = input;
  const target = softTarget(bounds);
  const now = Math.ceil(peakDemand(samples, nowMs, windows.panicMs * PEAK_SHARE) / target);
  const lately = Math.ceil(averageDemand(samples, nowMs, windows.panicMs) / (target * UTILISATION));
  const wanted = Math.max(now, lately);
  const bounded = clamp(wanted, instancesLowerBound(bounds, input), instancesUpperBound(bounds));
  const { instances, delayed } = delayDown(input, bounded, bounds);
  return { instances, state: { lastActiveAtMs: state.lastActiveAtMs, panicMost: 0, delayed } };
}

/** Requests in flight per instance that the mode works towards on average. */
export function fastTarget(bounds: ScaleBounds): number {
  return softTarget(bounds) * UTILISATION;
}
