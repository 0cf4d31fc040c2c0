import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ACCESS_LEVELS, PLATFORM_ROLES, PROJECT_ROLES } from '@slipway/spec';
import { decideAccess, isAllowed, serviceAccountRole, strongerRole } from './role-table.ts';

test('isAllowed() lets nobody without a role do anything but what every credential may', () => {
  for (const level of ACCESS_LEVELS) assert.equal(isAllowed(level, {}), level === 'signed_in', level);
});

test('isAllowed() lets a more powerful role do whatever a less powerful one may', () => {
  for (const level of ACCESS_LEVELS) {
    for (const [at, weaker] of PROJECT_ROLES.entries()) {
      for (const project of PROJECT_ROLES.slice(0, at)) {
        assert.ok(!isAllowed(level, { project: weaker }) || isAllowed(level, { project }), `${level} ${project}`);
      }
    }
    for (const [at, weaker] of PLATFORM_ROLES.entries()) {
      for (const platform of PLATFORM_ROLES.slice(0, at)) {
        assert.ok(!isAllowed(level, { platform: weaker }) || isAllowed(level, { platform }), `${level} ${platform}`);
      }
    }
  }
});

test('isAllowed() lets no role in a project do anything to the platform', () => {
  for (const level of ACCESS_LEVELS.filter((name) => name.startsWith('platform_'))) {
    for (const project of PROJECT_ROLES) assert.equal(isAllowed(level, { project }), false, `${level} ${project}`);
  }
});

test('decideAccess() hides a project from whoever may not see it, and forbids to whoever may', () => {
  const cases = [
    [decideAccess('change', {}, true), 'hide'],
    [decideAccess('platform_edit', {}, true), 'hide'],
    [decideAccess('platform_edit', {}, false), 'forbid'],
    [decideAccess('change', { project: 'reader' }, true), 'forbid'],
    [decideAccess('change', { platform: 'viewer' }, true), 'forbid'],
    [decideAccess('platform_edit', { project: 'manager' }, true), 'forbid'],
    [decideAccess('change', { project: 'writer' }, true), 'allow'],
    [decideAccess('manage', { platform: 'administrator' }, true), 'allow'],
  ] as const;
  for (const [at, [got, wanted]] of cases.entries()) assert.equal(got, wanted, `case ${at}`);
});

test('strongerRole() takes the more powerful of two, or the one there is', () => {
  assert.equal(strongerRole(PROJECT_ROLES, 'reader', 'manager'), 'manager');
  assert.equal(strongerRole(PROJECT_ROLES, undefined, 'reader'), 'reader');
  assert.equal(strongerRole(PROJECT_ROLES, undefined, undefined), undefined);
});

test('serviceAccountRole() lets no workload name members', () => {
  for (const role of PROJECT_ROLES) assert.equal(isAllowed('manage', { project: serviceAccountRole(role) }), false);
});
