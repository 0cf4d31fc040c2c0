import assert from 'node:assert/strict';
import { test } from 'node:test';
import { expiryFrom } from './expiry.ts';

test('expiryFrom() counts hours and days from now, hands on times, and refuses what is neither', () => {
  const nowMs = Date.UTC(2026, 0, 1);
  assert.equal(expiryFrom('12h', nowMs), '2026-01-01T12:00:00.000Z');
  assert.equal(expiryFrom('90d', nowMs), '2026-04-01T00:00:00.000Z');
  assert.equal(expiryFrom('2027-01-31T12:00:00Z', nowMs), '2027-01-31T12:00:00Z');
  for (const text of ['', '0d', '90', '90 days', '1y', 'tomorrow', '-1d']) {
    assert.throws(() => expiryFrom(text, nowMs), /neither a span nor a time/, text);
  }
});
