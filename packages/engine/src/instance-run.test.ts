import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RunLedger, RUNS_ENDED_MAX, type RunTime } from './instance-run.ts';

const AT = '2026-01-31T05:00:00.000Z';
const runOf = (runId: string, startedAt = AT): RunTime => ({ runId, cpuMillis: 1000, memoryBytes: 4e9, startedAt });

test('RunLedger tells an ended run until it is forgotten, and one that goes on always', () => {
  const ledger = new RunLedger<RunTime>();
  ledger.begin(runOf('a'));
  ledger.begin(runOf('b'));
  ledger.begin(runOf('b', 'later'));
  ledger.end('a', '1');
  ledger.end('a', '2');
  ledger.end('none', '1');
  const seen = ledger.observe();
  assert.deepEqual(seen, [{ ...runOf('a'), endedAt: '1' }, runOf('b')]);
  ledger.end('b', '3');
  ledger.forget(seen);
  assert.deepEqual(ledger.observe(), [{ ...runOf('b'), endedAt: '3' }]);
});

test('RunLedger keeps both times of an instance that stood by in between', () => {
  const ledger = new RunLedger<RunTime>();
  ledger.begin(runOf('a', '1'));
  ledger.end('a', '2');
  const first = ledger.observe();
  ledger.begin(runOf('a', '3'));
  ledger.end('a', '4');
  ledger.forget(first);
  assert.deepEqual(ledger.observe(), [{ ...runOf('a', '3'), endedAt: '4' }]);
});

test('RunLedger lets go of what goes on and keeps what ended, up to its bound', () => {
  const ledger = new RunLedger<RunTime>();
  for (let number = 0; number <= RUNS_ENDED_MAX; number += 1) {
    ledger.begin(runOf(String(number)));
    ledger.end(String(number), AT);
  }
  ledger.begin(runOf('living'));
  ledger.letGo();
  assert.equal(ledger.observe().length, RUNS_ENDED_MAX);
  assert.equal(ledger.observe()[0]?.runId, '1');
});
