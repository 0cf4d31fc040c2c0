import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CallerIdentity, PlatformRole, ProjectRole } from '@slipway/spec';
import { hidesValues } from './hidden-values.ts';

function callerWith(role: ProjectRole | undefined, platformRole?: PlatformRole): CallerIdentity {
  return {
    id: 'anna',
    name: 'anna',
    kind: 'user',
    ...(platformRole && { platform_role: platformRole }),
    projects: role === undefined ? [] : [{ project_id: 'p', role }],
  };
}

test('hidesValues() is true of who is a Reader of the project and nothing more', () => {
  assert.equal(hidesValues(callerWith('reader'), 'p'), true);
  assert.equal(hidesValues(callerWith('reader', 'editor'), 'p'), true);
  assert.equal(hidesValues(callerWith('reader', 'administrator'), 'p'), false);
  for (const role of ['writer', 'manager'] as const) assert.equal(hidesValues(callerWith(role), 'p'), false);
  assert.equal(hidesValues(callerWith('reader'), 'other'), false);
});
