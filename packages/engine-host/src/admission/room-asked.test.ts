import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createRoomAsked } from './room-asked.ts';

test('take() asks one app at a time, and only apps whose room would help', () => {
  let nowMs = 0;
  let waiting: { scope: 'platform' | 'project'; projectId: string }[] = [];
  const room = createRoomAsked(
    () => waiting,
    () => nowMs,
  );
  assert.equal(room.take('a'), false, 'nobody waits');
  waiting = [{ scope: 'project', projectId: 'a' }];
  assert.equal(room.take('b'), false, 'another project cannot help a quota');
  assert.equal(room.take('a'), true);
  assert.equal(room.take('a'), false, 'the room of the first is not free yet');
  waiting = [{ scope: 'platform', projectId: 'a' }];
  nowMs += 1_000;
  assert.equal(room.take('b'), true);
});
