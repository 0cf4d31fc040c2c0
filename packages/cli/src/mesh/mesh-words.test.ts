import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseAbort, parseCallers, parseDelay, parseMilliseconds, parseMirror } from './mesh-words.ts';

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

test('parseDelay() and parseMirror() read a share and what happens to it', () => {
  assert.deepEqual(parseDelay('20=300ms'), { percent: 20, milliseconds: 300 });
  assert.deepEqual(parseMirror('5=cart'), { percent: 5, app: 'cart' });
  assert.deepEqual(parseMirror('5%=tag:canary'), { percent: 5, tag: 'canary' });
  assert.deepEqual([parseDelay('none'), parseMirror('none')], [undefined, undefined]);
  assert.throws(() => parseDelay('20=soon'), /Cannot use --delay "soon"/);
  assert.throws(() => parseMirror('cart'), /Cannot read "cart"/);
});
