import assert from 'node:assert/strict';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { test } from 'node:test';
import { createManualClock } from '@slipway/engine/testing';
import { StandbyKeeper, type StandbyOwner } from './standby-keeper.ts';

const SILENT = { info: () => undefined, warn: () => undefined, error: () => undefined };

/** A keeper whose time is the test's, with room for everything. */
function keeperBed() {
  const clock = createManualClock();
  const machine = { isAnyRunning: () => false, isStarting: () => false, memoryState: () => 'ample' as const };
  const parts = { memoryBytesMax: 1e9, roomBytes: () => 1e9, ...machine };
  const keeper = new StandbyKeeper({ ...parts, clock, log: SILENT });
  return { clock, keeper, pass: (ms: number) => passTime(clock, ms) };
}

/** In steps, because what is begun at a moment goes on in turns of its own. */
async function passTime(clock: ReturnType<typeof createManualClock>, ms: number): Promise<void> {
  for (let passed = 0; passed < ms; passed += 500) {
    clock.advance(500);
    await nextTurn();
  }
}

/** Sleeps since 1970, and makes its sandbox as the test says. */
class Sleeper implements StandbyOwner {
  readonly id: string;
  readonly projectId = 'p';
  tries = 0;
  asked = 0;
  usedAtMs = 1;
  readonly #keeper: StandbyKeeper;
  readonly #isBroken: (tries: number) => boolean;

  constructor(id: string, keeper: StandbyKeeper, isBroken: (tries: number) => boolean) {
    this.id = id;
    this.#keeper = keeper;
    this.#isBroken = isBroken;
  }

  wish() {
    this.asked += 1;
    return { ownerId: this.id, projectId: this.projectId, lastUsedAtMs: this.usedAtMs };
  }

  async prepare(): Promise<void> {
    this.tries += 1;
    if (this.#isBroken(this.tries)) throw new Error('The disk is full');
    const entry = { name: `${this.id}-${this.tries}`, createdAt: '', tier: 'created', memoryBytes: 1 } as const;
    const giveUp = () => Promise.resolve();
    this.#keeper.hold({ ...entry, ...this.wish(), giveUp });
  }
}

test('StandbyKeeper makes a sandbox for each that sleeps, one after the other', async () => {
  const { keeper, pass } = keeperBed();
  const sleepers = ['a', 'b', 'c'].map((id) => new Sleeper(id, keeper, () => false));
  for (const sleeper of sleepers) keeper.noteUsed(sleeper);
  await pass(5_000);
  assert.deepEqual(
    sleepers.map(({ id, tries }) => [tries, keeper.ofOwner(id).length]),
    sleepers.map(() => [1, 1]),
  );
});

test('StandbyKeeper goes on after failures, however many there were, and ever more seldom', async () => {
  const { keeper, pass } = keeperBed();
  const sleeper = new Sleeper('a', keeper, (tries) => tries <= 5);
  keeper.noteUsed(sleeper);
  await pass(5_000);
  assert.equal(sleeper.tries, 3, 'a few at once');
  await pass(10_000);
  assert.equal(sleeper.tries, 4, 'then after a pause');
  await pass(60_000);
  assert.equal(sleeper.tries, 6, 'until it succeeds');
  assert.equal(keeper.ofOwner('a').length, 1);
});

test('StandbyKeeper tries anew at once for what was used meanwhile', async () => {
  const { keeper, pass } = keeperBed();
  const sleeper = new Sleeper('a', keeper, (tries) => tries <= 3);
  keeper.noteUsed(sleeper);
  await pass(5_000);
  sleeper.usedAtMs = 2;
  keeper.noteUsed(sleeper);
  await pass(1_000);
  assert.equal(keeper.ofOwner('a').length, 1);
});

test('StandbyKeeper asks nobody who was never used or left', async () => {
  const { keeper, pass } = keeperBed();
  const gone = new Sleeper('gone', keeper, () => false);
  keeper.noteUsed(gone);
  keeper.leave(gone);
  const asked = new Sleeper('asked', keeper, () => false);
  keeper.noteUsed(asked);
  await pass(2_000);
  assert.equal(gone.asked, 0);
  assert.ok(asked.asked > 0);
});
