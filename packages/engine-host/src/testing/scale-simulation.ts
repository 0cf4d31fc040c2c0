/**
 * An app under a trace of arrivals, in steps of a tenth of a second, scaled by either mode as the host engine does it: for
 * tests that compare the modes. Instances take a while to start, have a hard limit, and what finds no place waits in line.
 */
import type { ScaleBounds } from '@slipway/engine';
import { decideFastScale } from '../scaler/fast-scale.ts';
import { decideKnativeScale, KNATIVE_TICK_MS } from '../scaler/knative-scale.ts';
import { averageDemand, type DemandSample } from '../scaler/scale-demand.ts';
import {
  initialScaleState,
  instancesForDemand,
  SCALE_WINDOWS,
  type ScaleMode,
  type ScaleState,
} from '../scaler/scale-input.ts';

export const STEP_MS = 100;
/** Knative scrapes once a second. */
const SCRAPE_MS = 1_000;

export interface SimulatedTrace {
  /** Arrivals of each step. */
  readonly arrivals: readonly number[];
  /** How long a request takes once it has a place. */
  readonly serviceMs: number;
  readonly startMs: number;
}

export interface SimulatedRun {
  readonly instanceSeconds: number;
  /** Sum over all requests of the time in line. */
  readonly waitedSeconds: number;
  readonly starts: number;
  /** Steps in which something waited for a place. */
  readonly shortSteps: readonly number[];
}

class SimulatedApp {
  readonly #bounds: ScaleBounds;
  readonly #trace: SimulatedTrace;
  /** When each instance is ready; those that are wanted, oldest first. */
  #instances: number[] = [];
  /** When each request in flight ends. */
  #flights: number[] = [];
  queued = 0;
  starts = 0;

  constructor(bounds: ScaleBounds, trace: SimulatedTrace) {
    this.#bounds = bounds;
    this.#trace = trace;
  }

  get inFlight(): number {
    return this.#flights.length;
  }

  get instances(): number {
    return this.#instances.length;
  }

  ready(nowMs: number): number {
    return this.#instances.filter((readyAtMs) => readyAtMs <= nowMs).length;
  }

  arrive(count: number, nowMs: number): void {
    // All take equally long, so those that began first end first.
    const running = this.#flights.findIndex((endsAtMs) => endsAtMs > nowMs);
    this.#flights = running === -1 ? [] : this.#flights.slice(running);
    this.queued += count;
    const places = this.ready(nowMs) * this.#bounds.concurrencyMax - this.#flights.length;
    const placed = Math.max(0, Math.min(this.queued, places));
    this.queued -= placed;
    for (let at = 0; at < placed; at += 1) this.#flights.push(nowMs + this.#trace.serviceMs);
  }

  scaleTo(wanted: number, nowMs: number): void {
    for (; this.#instances.length < wanted; this.starts += 1) this.#instances.push(nowMs + this.#trace.startMs);
    this.#instances.length = Math.min(this.#instances.length, wanted);
  }
}

export function simulateScale(mode: ScaleMode, bounds: ScaleBounds, trace: SimulatedTrace): SimulatedRun {
  const windows = { ...SCALE_WINDOWS, mode };
  const app = new SimulatedApp(bounds, trace);
  const keptMs = SCRAPE_MS + (mode === 'fast' ? windows.panicMs : windows.stableMs);
  let samples: DemandSample[] = [];
  let state: ScaleState = initialScaleState(-1e9);
  let instanceSteps = 0;
  let waitedSteps = 0;
  const shortSteps: number[] = [];
  for (const [step, count] of trace.arrivals.entries()) {
    const nowMs = step * STEP_MS;
    app.arrive(count, nowMs);
    if (app.inFlight + app.queued > 0) state = { ...state, lastActiveAtMs: nowMs };
    const isScrape = mode === 'fast' || nowMs % SCRAPE_MS === 0;
    if (isScrape) samples.push({ atMs: nowMs, inFlight: app.inFlight, queued: app.queued });
    samples = samples.filter((sample) => sample.atMs >= nowMs - keptMs);
    const input = { nowMs, instancesReady: app.ready(nowMs), windows, state };
    if (mode === 'fast') {
      const decision = decideFastScale(samples, bounds, input);
      ({ state } = decision);
      app.scaleTo(decision.instances, nowMs);
    } else if (nowMs % KNATIVE_TICK_MS === 0) {
      const stable = averageDemand(samples, nowMs, windows.stableMs);
      const panic = averageDemand(samples, nowMs, windows.panicMs);
      const decision = decideKnativeScale({ stable, panic }, bounds, input);
      ({ state } = decision);
      app.scaleTo(decision.instances, nowMs);
    }
    // In both, the activator asks at once for what a sleeping app needs.
    if (app.instances === 0 && app.queued > 0) app.scaleTo(Math.max(1, instancesForDemand(app.queued, bounds)), nowMs);
    instanceSteps += app.instances;
    waitedSteps += app.queued;
    if (app.queued > 0) shortSteps.push(step);
  }
  const perSecond = 1_000 / STEP_MS;
  return {
    instanceSeconds: instanceSteps / perSecond,
    waitedSeconds: waitedSteps / perSecond,
    starts: app.starts,
    shortSteps,
  };
}
