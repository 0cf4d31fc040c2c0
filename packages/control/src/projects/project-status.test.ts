import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ProjectSpec, ProjectStatus } from './project-record.ts';
import { projectStatus } from './project-status.ts';

const BASE: ProjectSpec = { name: 'shop', subdomain: 'shop', resourceGroupId: 'default', tags: [] };
const AT = '2026-01-01T00:00:00.000Z';
const UNTIL = '2026-01-08T00:00:00.000Z';
const NOW = new Date('2026-01-07T23:59:59.999Z');
const LATER = new Date(UNTIL);

test('projectStatus() has a word for every step of the life of a project', () => {
  const soft = { softDeleted: { at: AT, until: UNTIL } };
  const cases: readonly (readonly [Partial<ProjectSpec>, ProjectStatus, Date, string])[] = [
    [{}, { state: 'creating' }, NOW, 'creating'],
    [{}, { state: 'active' }, NOW, 'active'],
    [soft, { state: 'active' }, NOW, 'deleting'],
    [soft, { state: 'active', hasFailed: true }, NOW, 'deletion_failed'],
    [soft, { state: 'suspended' }, NOW, 'soft_deleted'],
    [soft, { state: 'suspended' }, LATER, 'pending_removal'],
    [{}, { state: 'suspended' }, NOW, 'preparing'],
    [{ ...soft, deletedAt: UNTIL }, { state: 'suspended' }, LATER, 'hard_deleting'],
    [{ deletedAt: AT }, { state: 'active' }, NOW, 'hard_deleting'],
    [{ deletedAt: AT }, { state: 'active', hasFailed: true }, NOW, 'hard_deletion_failed'],
  ];
  for (const [spec, status, now, word] of cases) {
    assert.equal(projectStatus({ spec: { ...BASE, ...spec }, status }, now), word, word);
  }
});
