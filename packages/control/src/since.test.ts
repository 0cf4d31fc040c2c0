import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Refusal } from '@slipway/spec';
import { parseSince } from './since.ts';

const NOW = new Date('2026-02-01T12:00:00.000Z');

test('parseSince() takes spans and moments', () => {
  const cases = [
    ['30s', '2026-02-01T11:59:30.000Z'],
    ['15m', '2026-02-01T11:45:00.000Z'],
    ['24h', '2026-01-31T12:00:00.000Z'],
    ['7d', '2026-01-25T12:00:00.000Z'],
    ['2026-01-31', '2026-01-31T00:00:00.000Z'],
    ['2026-01-31T12:00:00+02:00', '2026-01-31T10:00:00.000Z'],
  ] as const;
  for (const [text, moment] of cases) assert.equal(parseSince(text, NOW).toISOString(), moment, text);
});

test('parseSince() refuses everything else', () => {
  for (const text of ['', 'yesterday', '5', '-5m', '1.5h', '2026-13-01', '1w', 'Mon, 01 Jan 2026']) {
    assert.throws(() => parseSince(text, NOW), Refusal, text);
  }
});
