/**
 * Work that keeps the machine tidy and that nobody waits for: done once the platform serves, then every hour, one task
 * after the other. A task that fails is logged and tried again the next time.
 */
import { setTimeout as delay } from 'node:timers/promises';
import type { ControlLog } from '@slipway/control';

export interface Task {
  readonly name: string;
  readonly run: (signal: AbortSignal) => Promise<void>;
}

export interface Housekeeping {
  start(): void;
  /** Aborts what is under way and waits for it. */
  stop(): Promise<void>;
}

/** The first requests after a start come first. */
const FIRST_AFTER_MS = 5000;
const INTERVAL_MS = 60 * 60_000;

export interface HousekeepingOptions {
  readonly log: ControlLog;
  readonly firstAfterMs?: number;
  readonly intervalMs?: number;
}

export function createHousekeeping(tasks: readonly Task[], options: HousekeepingOptions): Housekeeping {
  const { log, firstAfterMs = FIRST_AFTER_MS, intervalMs = INTERVAL_MS } = options;
  const life = new AbortController();
  let running: Promise<void> | undefined;

  async function keep(signal: AbortSignal): Promise<void> {
    await pause(firstAfterMs, signal);
    while (!signal.aborted) {
      for (const task of tasks) await attempt(task, signal);
      await pause(intervalMs, signal);
    }
  }

  async function attempt({ name, run }: Task, signal: AbortSignal): Promise<void> {
    if (signal.aborted) return;
    try {
      await run(signal);
    } catch (error) {
      if (!signal.aborted) log.warn('A housekeeping task failed', { task: name, error });
    }
  }

  return {
    start() {
      running ??= keep(life.signal);
    },
    async stop() {
      life.abort();
      await running;
    },
  };
}

/** Does not keep the process alive, and ends early when aborted. */
async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await delay(ms, undefined, { signal, ref: false }).catch(() => undefined);
}
