import assert from 'node:assert/strict';
import test from 'node:test';
import { Refusal } from '@slipway/spec';
import { createFailureLimit } from './failure-limit.ts';

function limitAt(start: number, options: Parameters<typeof createFailureLimit>[1]) {
  let nowMs = start;
  const limit = createFailureLimit(() => new Date(nowMs), options);
  return { limit, pass: (ms: number) => (nowMs += ms) };
}

const isTooMany = (error: unknown) => error instanceof Refusal && error.code === 'too_many_failures';

test('a source that was wrong too often waits until its window ends; others do not wait for it', () => {
  const { limit, pass } = limitAt(1000, { failuresMax: 2 });
  limit.note('10.0.0.1');
  limit.check('10.0.0.1');
  limit.note('10.0.0.1');
  assert.throws(() => limit.check('10.0.0.1'), /from 10\.0\.0\.1: too many were wrong\. Repeat it in 60 seconds/);
  limit.check('10.0.0.2');
  pass(59_999);
  assert.throws(() => limit.check('10.0.0.1'), isTooMany);
  pass(1);
  limit.check('10.0.0.1');
});

test('the addresses of one IPv6 network are one source, and IPv4 in IPv6 is IPv4', () => {
  const { limit } = limitAt(0, { failuresMax: 1 });
  limit.note('2001:db8:0:1::7');
  assert.throws(() => limit.check('2001:db8:0:1:ffff::9'), isTooMany);
  limit.check('2001:db8:0:2::7');
  limit.note('::ffff:10.0.0.1');
  assert.throws(() => limit.check('10.0.0.1'), isTooMany);
});

test('a flood of sources is remembered up to the bound', () => {
  const { limit } = limitAt(0, { failuresMax: 1, sourcesMax: 2 });
  for (const source of ['10.0.0.1', '10.0.0.2', '10.0.0.3']) limit.note(source);
  limit.check('10.0.0.1');
  assert.throws(() => limit.check('10.0.0.2'), isTooMany);
  assert.throws(() => limit.check('10.0.0.3'), isTooMany);
});
