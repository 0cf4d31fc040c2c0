import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isExpired, isOrderDue, renewalTime, retryTime } from './certificate-schedule.ts';

const DAY_MS = 86_400_000;
const NOW = new Date('2030-01-01T00:00:00.000Z');
const STATUS = {
  notBefore: NOW.toISOString(),
  notAfter: new Date(NOW.getTime() + 90 * DAY_MS).toISOString(),
  issuerId: 'a',
};

function inDays(days: number): Date {
  return new Date(NOW.getTime() + days * DAY_MS);
}

test('renewalTime() is at two thirds of the life, up to a twentieth earlier, and always the same for one', () => {
  const days = ['one', 'two', 'three'].map(
    (id) => ((renewalTime(id, STATUS)?.getTime() ?? 0) - NOW.getTime()) / DAY_MS,
  );
  for (const day of days) assert.ok(day > 55.4 && day <= 60, String(day));
  assert.equal(new Set(days).size, 3);
  assert.equal(renewalTime('one', {}), undefined);
});

test('isOrderDue() orders what is missing, what another authority gave and what ends soon, and keeps a delay', () => {
  const due = (status: object, days = 0) => isOrderDue({ id: 'one', status }, { issuerId: 'a', now: inDays(days) });
  assert.equal(due({}), true);
  assert.equal(due(STATUS, 50), false);
  assert.equal(due(STATUS, 61), true);
  assert.equal(due({ ...STATUS, issuerId: 'b' }), true);
  assert.equal(due({ nextTryAt: inDays(1).toISOString() }), false);
  assert.equal(due({ nextTryAt: inDays(1).toISOString() }, 2), true);
});

test('retryTime() waits longer after each failure, up to half a day', () => {
  const minutes = [1, 2, 3, 4, 5, 6, 7, 100].map(
    (failures) => (retryTime(failures, NOW).getTime() - NOW.getTime()) / 60_000,
  );
  assert.deepEqual(minutes, [1, 10, 30, 120, 360, 720, 720, 720]);
});

test('isExpired() is true from the last moment on', () => {
  assert.equal(isExpired(STATUS, inDays(89)), false);
  assert.equal(isExpired(STATUS, inDays(90)), true);
  assert.equal(isExpired({}, NOW), false);
});
