/**
 * The time that something is there and is paid for: an instance from the decision to start it until it is gone, a build
 * while it builds. What waits unstarted or stopped (a sleeping app, a sandbox that stands by) is no run.
 */
import type { AppKey } from './workload.ts';

export interface RunTime {
  /** Names the run among all that there ever were, and is the same after a restart of the daemon. */
  readonly runId: string;
  /** The configured size. */
  readonly cpuMillis: number;
  readonly memoryBytes: number;
  readonly startedAt: string;
  /** Absent while it goes on. */
  readonly endedAt?: string;
}

export interface InstanceRun extends AppKey, RunTime {
  readonly revisionName: string;
}

/** Ended runs that nobody has asked for; past it the oldest are dropped, and are metered until they were seen last. */
export const RUNS_ENDED_MAX = 10_000;

/** Remembers what goes on, and what ended until it was told and the telling was confirmed. */
export class RunLedger<Run extends RunTime> {
  readonly #running = new Map<string, Run>();
  #ended: Run[] = [];

  /** A run that goes on is not begun again. */
  begin(run: Run): void {
    if (!this.#running.has(run.runId)) this.#running.set(run.runId, run);
  }

  /** A run that does not go on is not ended again. */
  end(runId: string, endedAt: string): void {
    const run = this.#running.get(runId);
    if (!run) return;
    this.#running.delete(runId);
    this.#ended.push({ ...run, endedAt });
    if (this.#ended.length > RUNS_ENDED_MAX) this.#ended.shift();
  }

  /** What goes on is no business of this process any more; what ended still is. */
  letGo(): void {
    this.#running.clear();
  }

  /** Ended ones first, in the order of their ends. */
  observe(): readonly Run[] {
    return [...this.#ended, ...this.#running.values()];
  }

  /** Ended runs that were observed and are recorded. */
  forget(runs: readonly RunTime[]): void {
    const told = new Set(runs.map(keyOf));
    this.#ended = this.#ended.filter((run) => !told.has(keyOf(run)));
  }
}

/** An instance that stood by and runs again has the same id and another time. */
function keyOf({ runId, startedAt, endedAt }: RunTime): string {
  return `${runId} ${startedAt} ${endedAt ?? ''}`;
}
