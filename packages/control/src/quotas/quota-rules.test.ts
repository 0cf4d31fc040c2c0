import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PROJECT_QUOTAS } from '@slipway/spec';
import { changedOverrides, hasRevisionRoom, quotaLimit } from './quota-rules.ts';

test('quotaLimit() is the default unless the project has its own', () => {
  assert.equal(quotaLimit(undefined, 'apps'), PROJECT_QUOTAS.apps);
  assert.equal(quotaLimit({ secrets: 1 }, 'apps'), PROJECT_QUOTAS.apps);
  assert.equal(quotaLimit({ apps: 0 }, 'apps'), 0);
});

test('changedOverrides() keeps what is not named and forgets what is the default again', () => {
  const before = { apps: 7, configMaps: 3 };
  assert.deepEqual(changedOverrides(before, {}), before);
  assert.deepEqual(changedOverrides(undefined, { build_runs: 4 }), { buildRuns: 4 });
  assert.deepEqual(changedOverrides(before, { apps: null, secrets: 0 }), { configMaps: 3, secrets: 0 });
  assert.deepEqual(changedOverrides(before, { config_maps: PROJECT_QUOTAS.configMaps }), { apps: 7 });
});

test('hasRevisionRoom() lets a full app replace its oldest revision, and nothing else pass the limit', () => {
  const limits = { perApp: 3, perProject: 10 };
  const cases = [
    [{ ofApp: 0, ofProject: 9 }, true],
    [{ ofApp: 0, ofProject: 10 }, false],
    [{ ofApp: 2, ofProject: 10 }, false],
    [{ ofApp: 3, ofProject: 10 }, true],
    [{ ofApp: 3, ofProject: 12 }, true],
    [{ ofApp: 1, ofProject: 12 }, false],
  ] as const;
  for (const [used, expected] of cases) assert.equal(hasRevisionRoom(used, limits), expected, JSON.stringify(used));
});
