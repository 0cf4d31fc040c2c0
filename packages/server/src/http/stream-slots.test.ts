import assert from 'node:assert/strict';
import test from 'node:test';
import { Refusal } from '@slipway/spec';
import { StreamSlots } from './stream-slots.ts';

test('StreamSlots refuses one too many of a user and of all, and takes slots back', () => {
  const slots = new StreamSlots({ max: 3, perUserMax: 2 });
  const [first] = [slots.take('anna'), slots.take('anna')];
  assert.throws(
    () => slots.take('anna'),
    (error) => error instanceof Refusal && /2 streams of yours/.test(error.message),
  );
  slots.take('bert');
  assert.throws(
    () => slots.take('carl'),
    (error) => error instanceof Refusal && /3 streams are open/.test(error.message),
  );
  first?.();
  slots.take('anna');
});
