import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseAbort, parseCallers, parseMilliseconds } from './mesh-words.ts';

test('parseCallers() knows all, none and names', () => {
  assert.equal(parseCallers('all'), undefined);
  assert.deepEqual(parseCallers('none'), []);
  assert.deepEqual(parseCallers('web, cart'), ['web', 'cart']);
});

test('parseMilliseconds() wants a unit', () => {
  assert.deepEqual(
    ['250ms', '2s', '1m'].map((text) => parseMilliseconds('--timeout', text)),
    [250, 2_000, 60_000],
  );
  for (const text of ['2', '1.5s', 'soon']) {
    assert.throws(() => parseMilliseconds('--timeout', text), /Cannot use --timeout "/);
  }
});

test('parseAbort() reads a share and a status', () => {
  assert.deepEqual(parseAbort('10=503'), { percent: 10, status: 503 });
  assert.deepEqual(parseAbort('100%=500'), { percent: 100, status: 500 });
  assert.equal(parseAbort('none'), undefined);
  assert.throws(() => parseAbort('503'), /Cannot read "503"/);
});
