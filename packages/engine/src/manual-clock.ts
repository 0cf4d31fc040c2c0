/**
 * Time that moves only when a test says so. Callbacks run in the order of their due time; a callback may set further
 * ones, which run in the same `advance` when they fall due.
 */

export interface TestClock {
  now(): Date;
  /** Calls back after `delayMs`; the returned function cancels. */
  after(delayMs: number, callback: () => void): () => void;
}

export interface ManualClock extends TestClock {
  advance(byMs: number): void;
}

interface Alarm {
  readonly dueMs: number;
  readonly order: number;
  readonly callback: () => void;
}

export function createManualClock(startIso = '2026-01-01T00:00:00.000Z'): ManualClock {
  let nowMs = Date.parse(startIso);
  let order = 0;
  let alarms: readonly Alarm[] = [];

  return {
    now: () => new Date(nowMs),
    after(delayMs, callback) {
      order += 1;
      const alarm = { dueMs: nowMs + delayMs, order, callback };
      alarms = [...alarms, alarm];
      return () => {
        alarms = alarms.filter((other) => other !== alarm);
      };
    },
    advance(byMs) {
      const endMs = nowMs + byMs;
      for (;;) {
        const due = alarms.filter((alarm) => alarm.dueMs <= endMs);
        const next = due.toSorted((a, b) => a.dueMs - b.dueMs || a.order - b.order).at(0);
        if (!next) break;
        alarms = alarms.filter((alarm) => alarm !== next);
        nowMs = Math.max(nowMs, next.dueMs);
        next.callback();
      }
      nowMs = endMs;
    },
  };
}

/** The machine's own time, for tests that run real programs. */
export function createSystemClock(): TestClock {
  return {
    now: () => new Date(),
    after(delayMs, callback) {
      const timer = setTimeout(callback, delayMs);
      return () => clearTimeout(timer);
    },
  };
}
