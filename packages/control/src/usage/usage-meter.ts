/**
 * Writes down what runs for how long. It looks at the engine's instances and at the builds under way, adds what is new
 * in one transaction, and only then lets them forget what ended. Killed at any moment, the next start goes on where the
 * last checkpoint stood: what still runs, or is known to have ended, is made up for, and a run whose end nobody knows
 * any more ended when it was seen last. So a loss of power loses at most one checkpoint's time.
 */
import type { InstanceRun } from '@slipway/engine';
import type { BuildRunTime } from '../build-runs/build-run-time.ts';
import type { ControlContext } from '../control-context.ts';
import { HOUR_MS, hourOf, meterRuns, type ObservedRun } from './meter-runs.ts';

export const CHECKPOINT_MS = 60_000;
/** Whoever asks for usage gets a checkpoint of its own, but not more often. */
const READ_CHECKPOINT_MS = 1000;
/** Hours are kept so long: a year to compare with, and the month that is not over. */
export const RETENTION_MS = 400 * 24 * HOUR_MS;

type MeterParts = Pick<ControlContext, 'buildTimes' | 'clock' | 'engine' | 'log' | 'usageStore'>;

export class UsageMeter {
  readonly #parts: MeterParts;
  #metered: Map<string, number> | undefined;
  #meteredUntilMs: number | undefined;
  #prunedHour = '';
  #turn: Promise<void> = Promise.resolve();
  #cancelNext: () => void = () => undefined;
  #isStopped = false;

  constructor(parts: MeterParts) {
    this.#parts = parts;
  }

  /** Up to when everything is counted; undefined before the first checkpoint. */
  get meteredUntil(): Date | undefined {
    return this.#meteredUntilMs === undefined ? undefined : new Date(this.#meteredUntilMs);
  }

  /** The engine runs: what it found is metered at once, because it tells the ends of earlier times only once. */
  async start(): Promise<void> {
    await this.checkpoint();
    this.#arm();
  }

  /** While the engine still runs. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#cancelNext();
    await this.checkpoint();
  }

  /** For whoever is about to read. */
  async refresh(): Promise<void> {
    const sinceMs = this.#parts.clock.now().getTime() - (this.#meteredUntilMs ?? 0);
    if (sinceMs >= READ_CHECKPOINT_MS) await this.checkpoint();
  }

  /** One at a time. A failure is said; the next one makes up for it. */
  checkpoint(): Promise<void> {
    this.#turn = this.#turn.then(async () => {
      try {
        await this.#record();
      } catch (error) {
        this.#parts.log.error('Usage cannot be recorded: the next checkpoint makes up for it', { error });
      }
    });
    return this.#turn;
  }

  #arm(): void {
    if (this.#isStopped) return;
    const goOn = (): void => void this.checkpoint().then(() => this.#arm());
    this.#cancelNext = this.#parts.clock.after(CHECKPOINT_MS, goOn, { hasTime: true });
  }

  async #record(): Promise<void> {
    const { buildTimes, clock, engine, usageStore } = this.#parts;
    const instances = await engine.observeRuns();
    const builds = buildTimes.observe();
    this.#metered ??= new Map((await usageStore.listRuns()).map((run) => [run.runId, run.meteredUntilMs]));
    const nowMs = clock.now().getTime();
    const observed = [...instances.map(instanceRun), ...builds.map(buildRun)];
    const checkpoint = meterRuns(observed, this.#metered, nowMs);
    // A platform of sleeping apps writes nothing.
    if (checkpoint.spans.length + checkpoint.runs.length + checkpoint.forgotten.length > 0) {
      await usageStore.record(checkpoint);
    }
    for (const { runId, meteredUntilMs } of checkpoint.runs) this.#metered.set(runId, meteredUntilMs);
    for (const runId of checkpoint.forgotten) this.#metered.delete(runId);
    await engine.forgetRuns(instances.filter((run) => run.endedAt !== undefined));
    buildTimes.forget(builds.filter((run) => run.endedAt !== undefined));
    this.#meteredUntilMs = nowMs;
    await this.#prune(nowMs);
  }

  /** Once in an hour. */
  async #prune(nowMs: number): Promise<void> {
    const hour = hourOf(nowMs - RETENTION_MS);
    if (hour === this.#prunedHour) return;
    await this.#parts.usageStore.deleteBefore(hour);
    this.#prunedHour = hour;
  }
}

function instanceRun({ appName, ...run }: InstanceRun): ObservedRun {
  return { ...run, componentType: 'app', componentName: appName };
}

function buildRun({ buildRunName, ...run }: BuildRunTime): ObservedRun {
  return { ...run, componentType: 'build_run', componentName: buildRunName, revisionName: '' };
}
