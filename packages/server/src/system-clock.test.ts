import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createSystemClock } from './system-clock.ts';

test('createSystemClock() is exact, but for what has time, which comes up to a beat later', (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const clock = createSystemClock();
  const called: string[] = [];
  clock.after(60_000, () => called.push('exact'));
  clock.after(60_000, () => called.push('has time'), { hasTime: true });
  const cancel = clock.after(1000, () => called.push('cancelled'), { hasTime: true });
  cancel();
  t.mock.timers.tick(58_999);
  assert.equal(called.length, 0);
  t.mock.timers.tick(1001);
  assert.ok(called.includes('exact'));
  t.mock.timers.tick(30_000);
  assert.deepEqual(called.toSorted(), ['exact', 'has time']);
});
