import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findLeftovers, pictureMachine } from './machine.ts';
import { waitUntil } from './wait-until.ts';

const picture = (...entries: readonly string[]) => ({ entries: new Set(entries) });

test('pictureMachine() sees mounts, links and processes', async () => {
  const { entries } = await pictureMachine();
  for (const wanted of ['mount /proc', 'link lo']) assert.ok(entries.has(wanted), wanted);
  assert.ok([...entries].some((entry) => entry.startsWith('process ')));
});

test('findLeftovers() counts what is new and carries a mark, and nothing of another platform', () => {
  const before = picture('mount /proc', 'link sw-p3-old');
  const after = picture(
    'mount /proc',
    'link sw-p3-old',
    'link sw-p3-a',
    'link sw-p31-a',
    'mount /run/slipway/th-1/mnt',
  );
  assert.deepEqual(findLeftovers(before, after, ['p3'], false), ['link sw-p3-a']);
  assert.deepEqual(findLeftovers(before, after, ['/run/slipway/th-1'], false), ['mount /run/slipway/th-1/mnt']);
});

test('findLeftovers() counts every difference when the machine is its own', () => {
  const added = findLeftovers(picture(), picture('link veth7', 'process 9 sshd', 'process 8 slipway daemon'), [], true);
  assert.deepEqual(added, ['link veth7', 'process 8 slipway daemon']);
});

test('waitUntil() returns the first answer, and tells the last reason when none comes', async () => {
  let asked = 0;
  assert.equal(await waitUntil('it counts', () => ++asked === 3 && asked), 3);
  const never = waitUntil('it answers', () => Promise.reject(new Error('refused')), { timeoutMs: 1 });
  await assert.rejects(never, (error) => error instanceof Error && (error.cause as Error).message === 'refused');
});
