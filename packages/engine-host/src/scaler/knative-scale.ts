/**
 * How many instances Knative's autoscaler would want: its arithmetic and defaults over its two averages. Pure. Source:
 * knative.dev/serving pkg/autoscaler/scaling/autoscaler.go and config/core/configmaps/autoscaler.yaml; scale to zero by
 * pkg/reconciler/autoscaling/kpa/scaler.go. `knative-scale.test.ts` holds it against an oracle step by step.
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
  type ScaleState,
} from './scale-input.ts';

/** `tick-interval`: how often Knative decides. */
export const KNATIVE_TICK_MS = 2_000;
/** `container-concurrency-target-percentage`. */
const TARGET_UTILISATION = 0.7;
/** `panic-threshold-percentage`: a burst asks for twice what is ready. */
const PANIC_THRESHOLD = 2;
/** `max-scale-up-rate` and `max-scale-down-rate`, per decision, relative to what is ready. */
const SCALE_UP_RATE_MAX = 1_000;
const SCALE_DOWN_RATE_MAX = 2;
/** Knative takes no smaller target. */
const TARGET_MIN = 0.01;

/** Mean requests in flight and queued over the stable and over the panic window. */
export interface ScaleAverages {
  readonly stable: number;
  readonly panic: number;
}

export function decideKnativeScale(averages: ScaleAverages, bounds: ScaleBounds, input: ScaleInput): ScaleDecision {
  const target = knativeTarget(bounds);
  const ready = Math.max(1, input.instancesReady);
  const up = Math.ceil(SCALE_UP_RATE_MAX * ready);
  const down = input.instancesReady > 0 ? Math.floor(ready / SCALE_DOWN_RATE_MAX) : 0;
  const rawPanic = Math.ceil(averages.panic / target);
  const stable = clamp(Math.ceil(averages.stable / target), down, up);
  const panic = clamp(rawPanic, down, up);
  const isOver = rawPanic / ready >= PANIC_THRESHOLD;
  const panicState = nextPanic(input, isOver, Math.max(stable, panic));
  const wanted = panicState.panicSinceMs === undefined ? stable : panicState.panicMost;
  const bounded = clamp(wanted, instancesLowerBound(bounds, input), instancesUpperBound(bounds));
  const { instances, delayed } = delayDown(input, bounded, bounds);
  return { instances, state: { ...panicState, lastActiveAtMs: input.state.lastActiveAtMs, delayed } };
}

/** Knative applies the utilisation to the soft target as well as to the hard limit. */
export function knativeTarget(bounds: ScaleBounds): number {
  return Math.max(TARGET_MIN, softTarget(bounds) * TARGET_UTILISATION);
}

function nextPanic(
  { nowMs, state, windows }: ScaleInput,
  isOver: boolean,
  wanted: number,
): Pick<ScaleState, 'panicSinceMs' | 'panicMost'> {
  const hasEnded = state.panicSinceMs === undefined || state.panicSinceMs + windows.stableMs < nowMs;
  if (!isOver && hasEnded) return { panicMost: 0 };
  const panicSinceMs = isOver || state.panicSinceMs === undefined ? nowMs : state.panicSinceMs;
  return { panicSinceMs, panicMost: Math.max(state.panicMost, wanted) };
}
