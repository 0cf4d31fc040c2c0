import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Caller } from '@slipway/control';
import { ACCESS_LIMITS } from '@slipway/spec';
import { openControlBench, refusedWith, untilGone } from './control-bench.ts';

const EDITOR: Caller = { kind: 'user', id: 'ed', name: 'Ed' };
/** More than the steps of a creation; what the control plane does meanwhile for projects that are there counts, too. */
const STEPS_MAX = 12;

test('whoever is told that a project was created is its Manager, whenever the control plane dies', async (t) => {
  const bench = await openControlBench(t);
  const deaths: boolean[] = [];
  for (let steps = 0; steps < STEPS_MAX; steps += 1) {
    bench.dieAfter(steps === STEPS_MAX - 1 ? Number.POSITIVE_INFINITY : steps);
    const options = { body: { name: `shop ${steps}` }, caller: EDITOR };
    const created = await bench.call('createProject', {}, options).catch(() => undefined);
    deaths.push(await bench.died());
    await bench.restart();
    // It may be there although nobody was told so.
    await bench.call('createProject', {}, options).catch(refusedWith('name_taken'));
    const { projects: all } = await bench.call('listProjects', {}, { caller: EDITOR });
    const project_id = all.find(({ name }) => name === options.body.name)?.id ?? '';
    assert.equal(project_id, created?.id ?? project_id);
    const { projects } = await bench.call('getCaller', {}, { caller: EDITOR });
    assert.deepEqual(
      projects.filter((project) => project.project_id === project_id),
      [{ project_id, role: 'manager' }],
    );
    const count = await bench.store.count({ kind: 'project' });
    assert.equal(projects.length, count - 1, 'no role is left of a project that never came');
    assert.equal(await bench.store.count({ kind: 'member' }), projects.length);
  }
  assert.equal(deaths[0], true);
  assert.equal(deaths.at(-1), false);
});

test('the roles of a project go with it', async (t) => {
  const bench = await openControlBench(t);
  const { projectId: project_id } = bench;
  await bench.call('setMember', { project_id, id: EDITOR.id }, { body: { role: 'writer' } });
  await bench.call('deleteProject', { id: project_id }, { query: { hard: true } });
  await untilGone('the project', () => bench.call('getProject', { id: project_id }));
  assert.deepEqual((await bench.call('getCaller', {}, { caller: EDITOR })).projects, []);
  assert.equal(await bench.store.count({ kind: 'member' }), 0);
  const adding = bench.call('setMember', { project_id, id: EDITOR.id }, { body: { role: 'writer' } });
  await assert.rejects(adding, refusedWith('resource_not_found', /project/));
});

test('members and API keys are bounded, and a full list still lets roles change', async (t) => {
  const bench = await openControlBench(t);
  const { projectId: project_id } = bench;
  const set = (id: string, role: 'reader' | 'writer') =>
    bench.call('setMember', { project_id, id }, { body: { role } });
  for (let number = 0; number < ACCESS_LIMITS.membersMax; number += 1) await set(`user-${number}`, 'reader');
  await assert.rejects(set('one-more', 'reader'), refusedWith('quota_exceeded', /members allows 200/));
  assert.equal((await set('user-7', 'writer')).role, 'writer');
  await assert.rejects(set('no/name', 'reader'), refusedWith('invalid_field', /id = "no\/name"/));

  const create = () => bench.call('createApiKey', {}, { body: { name: 'k' }, caller: EDITOR });
  for (let number = 0; number < ACCESS_LIMITS.apiKeysPerOwnerMax; number += 1) await create();
  await assert.rejects(create(), refusedWith('quota_exceeded', /API keys allows 20/));
});

test('a page of members goes on where the one before ended', async (t) => {
  const bench = await openControlBench(t);
  for (const id of ['anna', 'bert', 'carl'])
    await bench.call('setPlatformMember', { id }, { body: { role: 'viewer' } });
  const first = await bench.call('listPlatformMembers', {}, { query: { limit: 2 } });
  const second = await bench.call('listPlatformMembers', {}, { query: { limit: 2, start: first.next?.start ?? '' } });
  assert.deepEqual(
    [first, second].map(({ members }) => members.map(({ id }) => id)),
    [['anna', 'bert'], ['carl']],
  );
});
