import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PROJECT_QUOTAS, QUOTA_RAISE_MAX } from './limits.ts';
import { QUOTA_KEYS, quotaLimitMax, quotaName } from './quotas.ts';

test('quotaName() writes every quota as the API does', () => {
  assert.equal(quotaName('apps'), 'apps');
  assert.equal(quotaName('allowedOutboundDestinations'), 'allowed_outbound_destinations');
  for (const key of QUOTA_KEYS) assert.match(quotaName(key), /^[a-z]+(_[a-z]+)*$/);
});

test('quotaLimitMax() leaves room above every default', () => {
  assert.ok(QUOTA_RAISE_MAX > 1);
  for (const key of QUOTA_KEYS) assert.equal(quotaLimitMax(key) / PROJECT_QUOTAS[key], QUOTA_RAISE_MAX, key);
});
