import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LineJoiner, parsePiece } from './k8s-log.ts';

const AT = '2026-11-22T15:04:58.123456789+00:00';

test('parsePiece() reads time, stream and text, and refuses a cut line', () => {
  assert.deepEqual(parsePiece(`${AT} stderr F two  spaces`), {
    at: AT,
    stream: 'stderr',
    partial: false,
    text: 'two  spaces',
  });
  assert.deepEqual(parsePiece(`${AT} stdout F `)?.text, '');
  for (const line of ['', 'stdout F x', `${AT} stdin F x`, `${AT} stdout`, 'yesterday stdout F x']) {
    assert.equal(parsePiece(line), undefined, line);
  }
});

test('LineJoiner joins the pieces of each stream on its own', () => {
  const joiner = new LineJoiner();
  const texts = ['stdout P a', 'stderr P x', 'stdout P b', 'stdout F c', 'stderr F y'].map((rest) => {
    const piece = parsePiece(`${AT} ${rest}`);
    return piece && joiner.push(piece)?.text;
  });
  assert.deepEqual(texts, [undefined, undefined, undefined, 'abc', 'xy']);
});
