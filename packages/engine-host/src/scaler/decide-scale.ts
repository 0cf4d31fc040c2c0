/**
 * How many instances a revision should have: Knative's KPA arithmetic over measured concurrency, and one thing that KPA
 * lacks: what is in flight and queued *now* is never left without capacity until the next average.
 *
 * Pure. Source of the formulas and defaults: knative.dev/serving pkg/autoscaler/scaling/autoscaler.go and
 * config/core/configmaps/autoscaler.yaml.
 */
import type { ScaleBounds } from '@slipway/engine';

/** What is injected to make tests and impatient platforms fast; the defaults are Knative's. */
export interface ScaleWindows {
  /** `stable-window`: averages that decide in calm times. */
  readonly stableMs: number;
  /** `panic-window-percentage` 10 of the stable window: averages that decide in a burst. */
  readonly panicMs: number;
  /** `scale-to-zero-grace-period`: idle beyond the stable window before the last instance goes. */
  readonly zeroGraceMs: number;
}

export const SCALE_WINDOWS: ScaleWindows = { stableMs: 60_000, panicMs: 6_000, zeroGraceMs: 30_000 };

/** `container-concurrency-target-percentage`. */
const TARGET_UTILISATION = 0.7;
/** `panic-threshold-percentage`: a burst asks for twice what is ready. */
const PANIC_THRESHOLD = 2;
/** `max-scale-up-rate` and `max-scale-down-rate`, per decision, relative to what is ready. */
const SCALE_UP_RATE_MAX = 1_000;
const SCALE_DOWN_RATE_MAX = 2;
/** Where the owner gave no upper bound. Source: Code Engine, active instances per project. */
const INSTANCES_PER_APP_MAX = 250;

/** One observation; valid until the next one. */
export interface DemandSample {
  readonly atMs: number;
  readonly inFlight: number;
  readonly queued: number;
}

export interface ScaleState {
  /** Last moment with a request in flight, queued or finished since. */
  readonly lastActiveAtMs: number;
  readonly panicSinceMs?: number;
  /** The most that this panic asked for; a panic never scales down. */
  readonly panicMost: number;
  /** Decisions inside the scale-down delay that no later one exceeds, oldest first. */
  readonly delayed: readonly { readonly atMs: number; readonly wanted: number }[];
}

export interface ScaleInput {
  readonly nowMs: number;
  readonly instancesReady: number;
  readonly windows: ScaleWindows;
  readonly state: ScaleState;
}

export interface ScaleDecision {
  readonly instances: number;
  readonly state: ScaleState;
}

export function initialScaleState(nowMs: number): ScaleState {
  return { lastActiveAtMs: nowMs, panicMost: 0, delayed: [] };
}

export function instancesUpperBound(bounds: ScaleBounds): number {
  return Math.max(1, bounds.instancesMin, bounds.instancesMax === 0 ? INSTANCES_PER_APP_MAX : bounds.instancesMax);
}

/** Instances that can take this many requests at once at all. */
export function instancesForDemand(demand: number, bounds: ScaleBounds): number {
  return Math.min(Math.ceil(demand / bounds.concurrencyMax), instancesUpperBound(bounds));
}

/** `samples` are oldest first and reach back at least as far as the stable window (or to the first sample). */
export function decideScale(samples: readonly DemandSample[], bounds: ScaleBounds, input: ScaleInput): ScaleDecision {
  const { nowMs, windows } = input;
  const target = targetConcurrency(bounds);
  const ready = Math.max(1, input.instancesReady);
  const up = Math.ceil(SCALE_UP_RATE_MAX * ready);
  const down = input.instancesReady > 0 ? Math.floor(ready / SCALE_DOWN_RATE_MAX) : 0;
  const rawStable = Math.ceil(averageDemand(samples, nowMs, windows.stableMs) / target);
  const rawPanic = Math.ceil(averageDemand(samples, nowMs, windows.panicMs) / target);
  const stable = clamp(rawStable, down, up);
  const panic = clamp(rawPanic, down, up);

  const isOver = rawPanic / ready >= PANIC_THRESHOLD;
  const panicState = nextPanic(input, isOver, Math.max(stable, panic));
  const averaged = panicState.panicSinceMs === undefined ? stable : panicState.panicMost;
  const atOnce = instancesForDemand(peakDemand(samples, nowMs, windows.panicMs), bounds);

  const isIdle = nowMs - input.state.lastActiveAtMs >= windows.stableMs + windows.zeroGraceMs;
  const least = Math.max(bounds.instancesMin, isIdle ? 0 : 1);
  const wanted = isIdle && atOnce === 0 ? least : Math.max(averaged, atOnce, least);
  const { instances, delayed } = delayDown(input, clamp(wanted, least, instancesUpperBound(bounds)), bounds);
  return { instances, state: { ...panicState, lastActiveAtMs: input.state.lastActiveAtMs, delayed } };
}

/** Knative applies the utilisation to the soft target as well as to the hard limit. */
export function targetConcurrency(bounds: ScaleBounds): number {
  const total =
    bounds.concurrencyTarget > 0 ? Math.min(bounds.concurrencyTarget, bounds.concurrencyMax) : bounds.concurrencyMax;
  return Math.max(0.01, total * TARGET_UTILISATION);
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

/** The most that was in flight and queued at once. Looking back a little keeps a spiky load from flapping. */
function peakDemand(samples: readonly DemandSample[], nowMs: number, windowMs: number): number {
  let peak = 0;
  for (const [at, sample] of samples.entries()) {
    const untilMs = samples[at + 1]?.atMs ?? nowMs;
    if (untilMs >= nowMs - windowMs) peak = Math.max(peak, sample.inFlight + sample.queued);
  }
  return peak;
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

function delayDown(
  { nowMs, state }: ScaleInput,
  wanted: number,
  bounds: ScaleBounds,
): { instances: number; delayed: ScaleState['delayed'] } {
  if (bounds.scaleDownDelayMs === 0) return { instances: wanted, delayed: [] };
  const kept = state.delayed.filter((one) => one.atMs > nowMs - bounds.scaleDownDelayMs && one.wanted > wanted);
  const delayed = [...kept, { atMs: nowMs, wanted }];
  return { instances: Math.min(delayed[0]?.wanted ?? wanted, instancesUpperBound(bounds)), delayed };
}

function clamp(value: number, least: number, most: number): number {
  return Math.min(Math.max(value, least), most);
}
