import assert from 'node:assert/strict';
import { test } from 'node:test';
import { WATCH_LIMITS } from '@slipway/spec';
import { ChangeFeed, type Change } from './change-feed.ts';
import { PendingChanges } from './pending-changes.ts';

function changeOf(number: number, type: Change['type'] = 'modified'): Change {
  return { kind: 'app', projectId: 'p', name: `app-${number}`, type };
}

test('ChangeFeed tells what came after a position, as far as it keeps changes', () => {
  const feed = new ChangeFeed(() => 'epoch');
  const start = feed.position;
  for (const number of [1, 2, 3]) feed.note(changeOf(number));
  assert.deepEqual(
    feed.after(start),
    [1, 2, 3].map((number) => changeOf(number)),
  );
  assert.deepEqual(feed.after(feed.position), []);
  for (let number = 0; number < WATCH_LIMITS.changesKept; number += 1) feed.note(changeOf(number));
  assert.equal(feed.after(start), undefined);
  assert.equal(feed.after('epoch-3')?.length, WATCH_LIMITS.changesKept);
  assert.equal(feed.after('epoch-3')?.[0]?.name, 'app-0');
});

test('ChangeFeed knows no position of another process, of the future, or that is none', () => {
  const feed = new ChangeFeed(() => 'epoch');
  for (const position of ['other-0', 'epoch-1', 'epoch', '', 'epoch--1']) assert.equal(feed.after(position), undefined);
});

test('PendingChanges keeps one change of each resource, and says when there are too many', () => {
  const feed = new ChangeFeed(() => 'epoch');
  using pending = new PendingChanges(feed, ({ kind }) => kind === 'app');
  for (const type of ['added', 'modified'] as const) feed.note(changeOf(1, type));
  feed.note({ ...changeOf(2), kind: 'job' });
  feed.note(changeOf(3, 'deleted'));
  assert.deepEqual(pending.take(), { changes: [changeOf(1, 'added'), changeOf(3, 'deleted')], position: 'epoch-4' });
  for (let number = 0; number <= WATCH_LIMITS.changesBehindMax; number += 1) feed.note(changeOf(number));
  assert.equal(pending.isOver, true);
  assert.deepEqual(pending.take().changes, []);
});
