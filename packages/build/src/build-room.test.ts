import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { BuildWorkload } from '@slipway/engine';
import { BuildRefusal } from './build-refusal.ts';
import { takeRoom } from './build-room.ts';

const BUILD = { buildRunName: 'run', timeoutMs: 60_000 } as BuildWorkload;

function neverFree(_build: BuildWorkload, { signal, onWait }: { signal: AbortSignal; onWait: (why: string) => void }) {
  onWait('all memory is in use');
  return new Promise<() => void>((_resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason as Error));
  });
}

test('takeRoom() gives the room back once, at the end of its scope', async () => {
  let given = 0;
  const lines: string[] = [];
  const log = { write: (text: string) => lines.push(text) };
  const reserveRoom = async () => () => void (given += 1);
  {
    using _room = await takeRoom(BUILD, { log, reserveRoom, signal: new AbortController().signal });
    assert.equal(given, 0);
  }
  assert.equal(given, 1);
  assert.deepEqual(lines, []);
});

test('takeRoom() says what the build waits for, and gives up with the build', async () => {
  const lines: string[] = [];
  const log = { write: (text: string) => lines.push(text) };
  const cancelled = new AbortController();
  const waiting = takeRoom(BUILD, { log, reserveRoom: neverFree, signal: cancelled.signal });
  cancelled.abort(new Error('cancelled'));
  await assert.rejects(waiting, /cancelled/);
  assert.deepEqual(lines, ['The build waits: all memory is in use']);
});

test('takeRoom() waits no longer than the build may take, and says for what', async () => {
  const signal = new AbortController().signal;
  const log = { write: () => undefined };
  await assert.rejects(
    takeRoom({ ...BUILD, timeoutMs: 1 }, { log, reserveRoom: neverFree, signal }),
    (error) => error instanceof BuildRefusal && error.fault === 'timeout' && /all memory/.test(error.message),
  );
});
