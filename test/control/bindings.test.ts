import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openControlBench, refusedWith, untilGone, type ControlBench } from './control-bench.ts';

async function prepare(bench: ControlBench) {
  const project = { project_id: bench.projectId };
  await bench.call('createApp', project, { body: { name: 'web', image_reference: 'fake/good' } });
  const access = { service_instance: { id: 'instance-1' } };
  const body = { name: 'cos', format: 'service_access', service_access: access } as const;
  await bench.call('createSecret', project, { body });
  await bench.call('createSecret', project, { body: { name: 'plain', format: 'generic' } });
  return { project, component: { name: 'web', resource_type: 'app_v2' } };
}

test('a binding is created pending, shown, listed, and goes with its app; the secret stays', async (t) => {
  const bench = await openControlBench(t);
  const { project, component } = await prepare(bench);
  const body = { component, prefix: 'MY_COS', secret_name: 'cos' };
  const created = await bench.call('createBinding', project, { body });
  assert.deepEqual([created.status, created.resource_type, created.prefix], ['pending', 'binding_v2', 'MY_COS']);
  const params = { ...project, id: created.id ?? '' };
  assert.deepEqual(await bench.call('getBinding', params), created);
  assert.deepEqual((await bench.call('listBindings', project)).bindings, [created]);
  await bench.call('deleteApp', { ...project, name: 'web' });
  await untilGone('the app', () => bench.call('getApp', { ...project, name: 'web' }));
  await assert.rejects(bench.call('getBinding', params), refusedWith('resource_not_found', /binding/));
  assert.equal((await bench.call('getSecret', { ...project, name: 'cos' })).format, 'service_access');
});

test('bindings: what is refused', async (t) => {
  const bench = await openControlBench(t);
  const { project, component } = await prepare(bench);
  const body = { component, prefix: 'COS', secret_name: 'cos' };
  const create = (change: Partial<typeof body>) =>
    bench.call('createBinding', project, { body: { ...body, ...change } });
  await create({});
  await assert.rejects(create({}), refusedWith('invalid_field', /prefix = "COS".*COS_2/));
  await assert.rejects(create({ secret_name: 'none' }), refusedWith('invalid_field', /no secret "none"/));
  await assert.rejects(create({ secret_name: 'plain' }), refusedWith('invalid_field', /needed is service_access/));
  const unknown = { component: { ...component, name: 'none' } };
  await assert.rejects(create(unknown), refusedWith('invalid_field', /no app of this name/));
  const build = { component: { ...component, resource_type: 'build_v2' } };
  await assert.rejects(create(build), refusedWith('invalid_field', /app_v2, job_v2, function_v2/));
  await assert.rejects(bench.call('deleteBinding', { ...project, id: 'none' }), refusedWith('resource_not_found'));
});
