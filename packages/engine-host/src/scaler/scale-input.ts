/** What a decision of the scaler is given and gives, in either mode, and the arithmetic of its bounds. Pure. */
import type { ScaleBounds } from '@slipway/engine';

/**
 * `fast` acts on what is in flight and queued now; `knative` is Knative's autoscaler with its averages, panic mode and
 * tick, for those who want to see here what they will see there.
 */
export const SCALE_MODES = ['fast', 'knative'] as const;
export type ScaleMode = (typeof SCALE_MODES)[number];

/** What is injected to make tests and impatient platforms fast; the defaults are Knative's. */
export interface ScaleWindows {
  readonly mode: ScaleMode;
  /** `stable-window`: averages that decide in calm times. */
  readonly stableMs: number;
  /** `panic-window-percentage` 10 of the stable window: averages that decide in a burst. */
  readonly panicMs: number;
  /** `scale-to-zero-grace-period`: idle beyond the stable window before the last instance goes. */
  readonly zeroGraceMs: number;
}

export const SCALE_WINDOWS: ScaleWindows = { mode: 'fast', stableMs: 60_000, panicMs: 6_000, zeroGraceMs: 30_000 };

/** Where the owner gave no upper bound. Source: Code Engine, active instances per project. */
const INSTANCES_PER_APP_MAX = 250;

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

/**
 * Of a scaler that begins while so many instances run, as a new daemon does: what it has not seen may have wanted them. So
 * Knative's begins in its panic mode when there are several, and the scale-down delay begins with them.
 */
export function initialScaleState(nowMs: number, instances = 0): ScaleState {
  const panic = instances > 1 ? { panicSinceMs: nowMs, panicMost: instances } : { panicMost: 0 };
  return { lastActiveAtMs: nowMs, ...panic, delayed: instances === 0 ? [] : [{ atMs: nowMs, wanted: instances }] };
}

export function instancesUpperBound(bounds: ScaleBounds): number {
  return Math.max(1, bounds.instancesMin, bounds.instancesMax === 0 ? INSTANCES_PER_APP_MAX : bounds.instancesMax);
}

/** Instances that can take this many requests at once at all. */
export function instancesForDemand(demand: number, bounds: ScaleBounds): number {
  return Math.min(Math.ceil(demand / bounds.concurrencyMax), instancesUpperBound(bounds));
}

/** Requests an instance is meant to have: the soft target, or the hard limit without one or with one above it. */
export function softTarget(bounds: ScaleBounds): number {
  return bounds.concurrencyTarget > 0
    ? Math.min(bounds.concurrencyTarget, bounds.concurrencyMax)
    : bounds.concurrencyMax;
}

/** Fewest instances now: the minimum, and one as long as the window without a request is not over. */
export function instancesLowerBound(bounds: ScaleBounds, { nowMs, windows, state }: ScaleInput): number {
  const isIdle = nowMs - state.lastActiveAtMs >= windows.stableMs + windows.zeroGraceMs;
  return Math.max(bounds.instancesMin, isIdle ? 0 : 1);
}

/** `scale_down_delay`: the most that was wanted within the delay; what a later decision exceeds is forgotten. */
export function delayDown(
  { nowMs, state }: ScaleInput,
  wanted: number,
  bounds: ScaleBounds,
): { instances: number; delayed: ScaleState['delayed'] } {
  if (bounds.scaleDownDelayMs === 0) return { instances: wanted, delayed: [] };
  const kept = state.delayed.filter((one) => one.atMs > nowMs - bounds.scaleDownDelayMs && one.wanted > wanted);
  const delayed = [...kept, { atMs: nowMs, wanted }];
  return { instances: Math.min(delayed[0]?.wanted ?? wanted, instancesUpperBound(bounds)), delayed };
}

export function clamp(value: number, least: number, most: number): number {
  return Math.min(Math.max(value, least), most);
}
