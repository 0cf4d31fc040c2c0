import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RunLedger } from '@slipway/engine';
import fc from 'fast-check';
import { meterRuns, RUN_REST_MS, splitByHour, type ObservedRun } from './meter-runs.ts';

const BEGIN_MS = Date.parse('2026-01-31T05:00:00.000Z');
const CHECKPOINT_MS = 60_000;

function runOf(runId: string, startedMs: number, endedMs?: number): ObservedRun {
  return {
    runId,
    projectId: 'p',
    componentType: 'app',
    componentName: 'web',
    revisionName: runId,
    cpuMillis: 1000,
    memoryBytes: 4e9,
    startedAt: new Date(startedMs).toISOString(),
    ...(endedMs !== undefined && { endedAt: new Date(endedMs).toISOString() }),
  };
}

test('splitByHour() cuts at full hours, and is empty for a time that goes backwards', () => {
  const halfPast = BEGIN_MS + 1_800_000;
  assert.deepEqual(splitByHour(halfPast, halfPast + 2 * 3_600_000), [
    { hour: '2026-01-31T05', runningMs: 1_800_000 },
    { hour: '2026-01-31T06', runningMs: 3_600_000 },
    { hour: '2026-01-31T07', runningMs: 1_800_000 },
  ]);
  assert.deepEqual(splitByHour(BEGIN_MS, BEGIN_MS), []);
  assert.deepEqual(splitByHour(BEGIN_MS, BEGIN_MS - 1), []);
});

test('meterRuns() adds what is new since the look before, and nothing when it sees the same again', () => {
  const first = meterRuns([runOf('a', BEGIN_MS)], new Map(), BEGIN_MS + 1000);
  assert.deepEqual(
    first.spans.map((span) => span.runningMs),
    [1000],
  );
  const metered = new Map(first.runs.map((run) => [run.runId, run.meteredUntilMs]));
  assert.deepEqual(meterRuns([runOf('a', BEGIN_MS)], metered, BEGIN_MS + 1000), { spans: [], runs: [], forgotten: [] });
  const ended = meterRuns([runOf('a', BEGIN_MS, BEGIN_MS + 1500)], metered, BEGIN_MS + 9000);
  assert.deepEqual(
    ended.spans.map((span) => span.runningMs),
    [500],
  );
});

test('meterRuns() adds up the runs of one revision, and both times of an instance that stood by in between', () => {
  const again = [runOf('a', BEGIN_MS + 5000), runOf('a', BEGIN_MS, BEGIN_MS + 1000)];
  const { spans, runs } = meterRuns(again, new Map(), BEGIN_MS + 7000);
  assert.deepEqual(
    spans.map((span) => span.runningMs),
    [3000],
  );
  assert.deepEqual(runs, [{ runId: 'a', meteredUntilMs: BEGIN_MS + 7000 }]);
});

test('meterRuns() forgets a run that was long not seen, and not before', () => {
  const metered = new Map([['a', BEGIN_MS]]);
  assert.deepEqual(meterRuns([], metered, BEGIN_MS + RUN_REST_MS).forgotten, []);
  assert.deepEqual(meterRuns([], metered, BEGIN_MS + RUN_REST_MS + 1).forgotten, ['a']);
});

/** What may happen to a platform. `kill`: the daemon; instances run on. `power`: the machine, with all that runs. */
const STEP = fc.record({
  act: fc.constantFrom('start', 'stop', 'pause', 'resume', 'checkpoint', 'lost', 'kill', 'power', 'wait'),
  instance: fc.integer({ min: 0, max: 3 }),
  afterMs: fc.integer({ min: 0, max: CHECKPOINT_MS }),
});

/**
 * A platform over a manual clock: what the database holds survives everything, the ledger is the daemon's memory. A
 * checkpoint comes at least every minute while the daemon lives; one that is `lost` is not committed.
 */
class Platform {
  nowMs = BEGIN_MS;
  readonly counted = new Map<string, number>();
  /** What an omniscient meter would say, and what the deaths so far may have hidden from ours. */
  readonly truth = new Map<string, number>();
  readonly allowance = new Map<string, number>();
  readonly #metered = new Map<string, number>();
  /** Running instances, and since when. */
  readonly #running = new Map<string, number>();
  readonly #paused = new Set<string>();
  #ledger = new RunLedger<ObservedRun>();
  #lastCheckpointMs = BEGIN_MS;
  #committedMs = BEGIN_MS;
  #names = 0;
  readonly #slots = new Map<number, string>();

  pass(ms: number): void {
    for (let left = ms; left > 0;) {
      const part = Math.min(left, this.#lastCheckpointMs + CHECKPOINT_MS - this.nowMs);
      this.nowMs += part;
      for (const name of this.#running.keys()) this.truth.set(name, (this.truth.get(name) ?? 0) + part);
      left -= part;
      if (this.nowMs === this.#lastCheckpointMs + CHECKPOINT_MS) this.checkpoint();
    }
  }

  start(slot: number): void {
    if (this.#slots.has(slot)) return;
    this.#names += 1;
    const name = `web-${this.#names}`;
    this.#slots.set(slot, name);
    this.#run(name);
  }

  stop(slot: number): void {
    const name = this.#slots.get(slot);
    if (name === undefined) return;
    this.#slots.delete(slot);
    this.#paused.delete(name);
    this.#rest(name);
  }

  pause(slot: number): void {
    const name = this.#slots.get(slot);
    if (name === undefined || this.#paused.has(name)) return;
    this.#paused.add(name);
    this.#rest(name);
  }

  resume(slot: number): void {
    const name = this.#slots.get(slot);
    if (name === undefined || !this.#paused.delete(name)) return;
    this.#run(name);
  }

  checkpoint(isCommitted = true): void {
    this.#lastCheckpointMs = this.nowMs;
    const observed = this.#ledger.observe();
    const { spans, runs, forgotten } = meterRuns(observed, this.#metered, this.nowMs);
    if (!isCommitted) return;
    this.#committedMs = this.nowMs;
    for (const span of spans)
      this.counted.set(span.revisionName, (this.counted.get(span.revisionName) ?? 0) + span.runningMs);
    for (const run of runs) this.#metered.set(run.runId, run.meteredUntilMs);
    for (const runId of forgotten) this.#metered.delete(runId);
    this.#ledger.forget(observed.filter((run) => run.endedAt !== undefined));
  }

  /** Ends that nobody wrote down are lost with the daemon's memory; what runs is found again. */
  kill(): void {
    const sinceCheckpointMs = this.nowMs - this.#committedMs;
    for (const run of this.#ledger.observe()) {
      if (run.endedAt !== undefined) this.#allow(run.runId, sinceCheckpointMs);
    }
    this.#ledger = new RunLedger();
    for (const [name, sinceMs] of this.#running) this.#ledger.begin(runOf(name, sinceMs));
    this.checkpoint();
  }

  power(): void {
    const sinceCheckpointMs = this.nowMs - this.#committedMs;
    for (const run of this.#ledger.observe()) this.#allow(run.runId, sinceCheckpointMs);
    this.#running.clear();
    this.#paused.clear();
    this.#slots.clear();
    this.#ledger = new RunLedger();
    this.checkpoint();
  }

  lost(): void {
    this.checkpoint(false);
  }

  #allow(name: string, ms: number): void {
    this.allowance.set(name, (this.allowance.get(name) ?? 0) + ms);
  }

  #run(name: string): void {
    this.#running.set(name, this.nowMs);
    this.#ledger.begin(runOf(name, this.nowMs));
  }

  #rest(name: string): void {
    this.#running.delete(name);
    this.#ledger.end(name, new Date(this.nowMs).toISOString());
  }
}

test('no second is counted twice, and what deaths hide is less than the time since the checkpoint before', () => {
  fc.assert(
    fc.property(fc.array(STEP, { minLength: 20, maxLength: 80 }), (steps) => {
      const platform = new Platform();
      for (const { act, instance, afterMs } of steps) {
        if (act === 'checkpoint') platform.checkpoint();
        else if (act === 'kill' || act === 'power' || act === 'lost') platform[act]();
        else if (act !== 'wait') platform[act](instance);
        platform.pass(afterMs);
      }
      platform.checkpoint();
      for (const [name, trueMs] of platform.truth) {
        const counted = platform.counted.get(name) ?? 0;
        assert.ok(counted <= trueMs, `${name}: ${counted} ms were counted of ${trueMs} ms`);
        const hiddenMs = trueMs - counted;
        assert.ok(hiddenMs <= (platform.allowance.get(name) ?? 0), `${name}: ${hiddenMs} ms are missing`);
      }
    }),
    { numRuns: 500 },
  );
});
