import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RecentOwners } from './recent-owners.ts';

const owner = (id: string, projectId = 'p') => ({ id, projectId });

test('RecentOwners remembers the newest of each project, and says who had to go', () => {
  const owners = new RecentOwners(2);
  const gone = [owner('a'), owner('b'), owner('a'), owner('other', 'q'), owner('c')].map((one) => owners.note(one)?.id);
  assert.deepEqual(gone, [undefined, undefined, undefined, undefined, 'b']);
  assert.deepEqual(
    [...owners.all()].map(({ id }) => id),
    ['a', 'c', 'other'],
  );
});

test('RecentOwners forgets who leaves', () => {
  const owners = new RecentOwners(2);
  owners.note(owner('a'));
  owners.forget(owner('a'));
  owners.forget(owner('never'));
  assert.deepEqual([...owners.all()], []);
});
