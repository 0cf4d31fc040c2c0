/** What one revision was asked over the stable window, and the scaler's memory between two decisions. */
import type { ScaleBounds } from '@slipway/engine';
import type { SlotSample } from '../proxy/haproxy-output.ts';
import { decideScale, decisionMs, targetConcurrency } from './decide-scale.ts';
import { averageDemand, type DemandSample } from './scale-demand.ts';
import { initialScaleState, type ScaleDecision, type ScaleState, type ScaleWindows } from './scale-input.ts';

/** What the scaler goes by: averages over its windows, and its target for each instance. */
export interface Demand {
  readonly target: number;
  readonly stable: number;
  readonly panic: number;
  readonly isPanicking: boolean;
}

export interface DemandHistory {
  /**
   * Requests that wait outside HAProxy and woke the app. Noted at once, because the next look may come when they have
   * left the activator and HAProxy has not counted them yet.
   */
  noteWaiting(waiting: number): void;
  /** How many instances there should be after this look. */
  add(sample: SlotSample, options: { readonly waiting: number; readonly ready: number }): number;
  /** Nothing happened for so long that the last instance may go. */
  isIdle(): boolean;
  observe(): Demand;
}

export interface DemandWindows extends ScaleWindows {
  /** Others wait for room: what is idle and beyond the minimum is to go now, not at the end of its window. */
  readonly isRoomAsked?: (() => boolean) | undefined;
  /** A newer revision of the app waits for room. */
  readonly isSuccessorWaiting?: (() => boolean) | undefined;
}

/**
 * While its successor waits for room, a revision that nobody asks anything need not keep its minimum: else an app that
 * fills its room could never be changed again.
 */
export function boundsNow(bounds: ScaleBounds, windows: DemandWindows): ScaleBounds {
  return windows.isSuccessorWaiting?.() ? { ...bounds, instancesMin: 0 } : bounds;
}

/** Without a request for so long, an instance may be asked for its room. */
const QUIET_MS = 2_000;

/** `instances` run already. */
export function createDemandHistory(bounds: ScaleBounds, windows: DemandWindows, instances = 0): DemandHistory {
  let samples: DemandSample[] = [];
  let state: ScaleState = initialScaleState(Date.now(), instances);
  let requestsTotal: number | undefined;
  /** The last decision, as long as it stands. */
  let standing: { readonly untilMs: number; readonly instances: number } | undefined;
  /** Holds until the next request: else the window would want the instance back at once. */
  let hasYielded = false;

  function touch(): void {
    state = { ...state, lastActiveAtMs: Date.now() };
    hasYielded = false;
  }

  function push(sample: DemandSample): void {
    const last = samples.at(-1);
    if (last?.atMs === sample.atMs) samples.pop();
    else if (last?.inFlight === sample.inFlight && last.queued === sample.queued) return;
    samples.push(sample);
  }

  function decide(nowMs: number, ready: number): number {
    if (standing && nowMs < standing.untilMs) return standing.instances;
    const decision: ScaleDecision = decideScale(samples, bounds, { nowMs, instancesReady: ready, windows, state });
    ({ state } = decision);
    standing = { untilMs: nowMs + decisionMs(windows.mode), instances: decision.instances };
    return decision.instances;
  }

  return {
    noteWaiting(waiting) {
      touch();
      // Who woke the app waits for no tick.
      standing = undefined;
      const last = samples.at(-1);
      push({ atMs: Date.now(), inFlight: last?.inFlight ?? 0, queued: Math.max(waiting, last?.queued ?? 0) });
    },
    add(sample, { waiting, ready }) {
      const nowMs = Date.now();
      const queued = sample.queued + waiting;
      // A request that came and went between two looks is activity too, though no sample shows it.
      const hasServed = requestsTotal !== undefined && sample.requestsTotal > requestsTotal;
      if (sample.inFlight + queued > 0 || hasServed) touch();
      requestsTotal = sample.requestsTotal;
      samples = keepSince(samples, nowMs - windows.stableMs);
      push({ atMs: nowMs, inFlight: sample.inFlight, queued });
      const wanted = decide(nowMs, ready);
      const { instancesMin } = boundsNow(bounds, windows);
      const isQuiet = nowMs - state.lastActiveAtMs >= QUIET_MS;
      if (isQuiet && ready > instancesMin && windows.isRoomAsked?.()) hasYielded = true;
      return hasYielded ? Math.min(wanted, instancesMin) : wanted;
    },
    observe() {
      const nowMs = Date.now();
      return {
        target: targetConcurrency(bounds, windows.mode),
        stable: averageDemand(samples, nowMs, windows.stableMs),
        panic: averageDemand(samples, nowMs, windows.panicMs),
        isPanicking: state.panicSinceMs !== undefined,
      };
    },
    isIdle: () => Date.now() - state.lastActiveAtMs >= windows.stableMs + windows.zeroGraceMs,
  };
}

/** Drops what ended before the moment; a sample is valid until the next, so the last one before it stays. */
function keepSince(samples: readonly DemandSample[], fromMs: number): DemandSample[] {
  const firstInside = samples.findIndex((sample) => sample.atMs >= fromMs);
  return samples.slice(firstInside === -1 ? -1 : Math.max(0, firstInside - 1));
}
