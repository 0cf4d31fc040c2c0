import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openControlBench, refusedWith, until, untilApp, untilGone, type ControlBench } from './control-bench.ts';

async function prepare(bench: ControlBench) {
  const project = { project_id: bench.projectId };
  await bench.call('createApp', project, { body: { name: 'web', image_reference: 'fake/good' } });
  const access = { service_instance: { id: 'instance-1' } };
  const data = { apikey: 'hunter2' };
  const body = { name: 'cos', format: 'service_access', service_access: access, data } as const;
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
  const active = await until('the binding is active', async () => {
    const binding = await bench.call('getBinding', params);
    return binding.status === 'active' ? binding : undefined;
  });
  assert.deepEqual(active, { ...created, status: 'active' });
  assert.deepEqual((await bench.call('listBindings', project)).bindings, [active]);
  await bench.call('deleteApp', { ...project, name: 'web' });
  await untilGone('the app', () => bench.call('getApp', { ...project, name: 'web' }));
  await assert.rejects(bench.call('getBinding', params), refusedWith('resource_not_found', /binding/));
  assert.equal((await bench.call('getSecret', { ...project, name: 'cos' })).format, 'service_access');
});

/** What the newest revision's instances get; undefined until the engine was told of it. */
function environment(bench: ControlBench, revisionName: string) {
  const workload = bench.machine.workload({ projectId: bench.projectId, appName: 'web' });
  return workload?.revisions.find((revision) => revision.revisionName === revisionName)?.environment;
}

test('an app that is bound or unbound gets a revision with the credentials it has then', async (t) => {
  const bench = await openControlBench(t);
  const { project, component } = await prepare(bench);
  await untilApp(bench, 'web', 'ready');
  const bound = await bench.call('createBinding', project, { body: { component, prefix: 'COS', secret_name: 'cos' } });
  const app = await bench.call('getApp', { ...project, name: 'web' });
  assert.equal(app.status_details?.latest_created_revision, 'web-00002');
  const given = await until('the second revision', async () => environment(bench, 'web-00002'));
  assert.equal(given['COS_APIKEY'], 'hunter2');
  assert.match(given['CE_SERVICES'] ?? '', /"user-provided":\[\{"credentials":\{"apikey":"hunter2"\},"name":"cos"/);
  const params = { ...project, id: bound.id ?? '' };
  assert.doesNotMatch(JSON.stringify(await bench.store.list({ kind: 'app_revision', limit: 10 })), /hunter2/);
  await bench.call('deleteBinding', params);
  const after = await until('the third revision', async () => environment(bench, 'web-00003'));
  assert.deepEqual([after['COS_APIKEY'], after['CE_SERVICES']], [undefined, undefined]);
});

test("what the owner sets wins over what a binding brings, and the platform's own over both", async (t) => {
  const bench = await openControlBench(t);
  const { project, component } = await prepare(bench);
  const body = { run_env_variables: [{ name: 'K_APIKEY', value: 'own' }] };
  await bench.call('updateApp', { ...project, name: 'web' }, { body, ifMatch: '*' });
  const change = { body: { format: 'service_access', data: { apikey: 'x', service: 'y' } }, ifMatch: '*' } as const;
  await bench.call('replaceSecret', { ...project, name: 'cos' }, change);
  await bench.call('createBinding', project, { body: { component, prefix: 'K', secret_name: 'cos' } });
  const given = await until('the third revision', async () => environment(bench, 'web-00003'));
  assert.deepEqual([given['K_APIKEY'], given['K_SERVICE'], given['K_SERVICENAME']], ['own', 'web', 'cos']);
});

test('a job and a function keep their bindings without anything that runs', async (t) => {
  const bench = await openControlBench(t);
  const { project } = await prepare(bench);
  await bench.call('createJob', project, { body: { name: 'work', image_reference: 'fake/good' } });
  const component = { name: 'work', resource_type: 'job_v2' };
  const body = { component, prefix: 'COS', secret_name: 'cos' };
  const bound = await bench.call('createBinding', project, { body });
  assert.equal(bound.status, 'pending');
  await bench.call('deleteJob', { ...project, name: 'work' });
  await assert.rejects(bench.call('getBinding', { ...project, id: bound.id ?? '' }), refusedWith('resource_not_found'));
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
