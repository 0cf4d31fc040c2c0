import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import type { MemoryState } from './memory-pressure.ts';
import { StandbyKeeper, type HeldStandby } from './standby-keeper.ts';

const AT_REST_MS_MAX = 60_000;

function bed(t: TestContext) {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const machine: { memory: MemoryState; isAnyRunning: boolean; roomBytes: number; looks: number } = {
    memory: 'ample',
    isAnyRunning: false,
    roomBytes: 1000,
    looks: 0,
  };
  const given: string[] = [];
  const keeper = new StandbyKeeper({
    memoryBytesMax: 1000,
    roomBytes: () => machine.roomBytes,
    isAnyRunning: () => machine.isAnyRunning,
    isStarting: () => false,
    memoryState: () => {
      machine.looks += 1;
      return machine.memory;
    },
    log: { info: () => undefined, warn: assert.fail, error: assert.fail },
  });
  t.after(() => keeper.close());
  const hold = (name: string): void => {
    const entry: HeldStandby = {
      name,
      ownerId: name,
      projectId: 'p1',
      tier: 'frozen',
      memoryBytes: 100,
      lastUsedAtMs: given.length,
      createdAt: '2026-01-01T00:00:00.000Z',
      giveUp: async () => void given.push(name),
    };
    keeper.hold(entry);
    t.mock.timers.tick(200);
  };
  const pass = (ms: number): void => {
    for (let passed = 0; passed < ms; passed += 1000) t.mock.timers.tick(1000);
  };
  return { given, hold, keeper, machine, pass };
}

test('memory is looked at rarely while nothing runs and there is plenty of it, and not at all while nothing stands by', (t) => {
  const { hold, keeper, machine, pass } = bed(t);
  pass(AT_REST_MS_MAX);
  assert.equal(machine.looks, 0);
  hold('one');
  machine.looks = 0;
  pass(2 * AT_REST_MS_MAX);
  assert.ok(machine.looks >= 2 && machine.looks <= 4, `${machine.looks} looks`);
  keeper.forget('one');
  pass(1000);
  machine.looks = 0;
  pass(AT_REST_MS_MAX);
  assert.equal(machine.looks, 0);
});

for (const state of [{ memory: 'low' }, { isAnyRunning: true }] as const) {
  test(`memory is looked at every second with ${JSON.stringify(state)}, and one leaves at each look when it is short`, (t) => {
    const { given, hold, machine, pass } = bed(t);
    Object.assign(machine, state);
    hold('one');
    hold('two');
    machine.looks = 0;
    pass(5000);
    assert.equal(machine.looks, 5);
    machine.memory = 'short';
    pass(1000);
    assert.equal(given.length, 1);
    pass(1000);
    assert.deepEqual(given.toSorted(), ['one', 'two']);
  });
}

test('room that something else takes is given up at once when that is said', (t) => {
  const { given, hold, keeper, machine, pass } = bed(t);
  hold('one');
  hold('two');
  machine.roomBytes = 100;
  keeper.reviewSoon();
  pass(1000);
  assert.equal(given.length, 1);
});
