import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openControlBench, refusedWith, until, untilApp, untilGone, uploadSource } from './control-bench.ts';

test('the first start makes the project "default", a later one no second', async (t) => {
  const bench = await openControlBench(t);
  await bench.restart();
  const { projects } = await bench.call('listProjects', {});
  assert.deepEqual(
    projects.map((project) => project.name),
    ['default'],
  );
  assert.match(projects[0]?.id ?? '', /^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-a[0-9a-f]{3}-[0-9a-f]{12}$/);
});

test('createProject() gives each project its own subdomain, and refuses a taken name', async (t) => {
  const bench = await openControlBench(t);
  const first = await bench.call('createProject', {}, { body: { name: 'My Shop' } });
  const second = await bench.call('createProject', {}, { body: { name: 'my-shop' } });
  await assert.rejects(bench.call('createProject', {}, { body: { name: 'My Shop' } }), refusedWith('name_taken'));
  await assert.rejects(bench.call('createProject', {}, { body: { name: 'a/b' } }), refusedWith('invalid_field'));
  await until('the project is active', async () => {
    const project = await bench.call('getProject', { id: first.id ?? '' });
    return project.status === 'active' ? true : undefined;
  });
  const hosts: string[] = [];
  for (const project of [first, second]) {
    const body = { name: 'web', image_reference: 'fake/good' };
    const app = await bench.call('createApp', { project_id: project.id ?? '' }, { body });
    hosts.push(app.endpoint ?? '');
  }
  assert.equal(hosts[0], 'http://web.my-shop.localhost:8080');
  assert.match(hosts[1] ?? '', /^http:\/\/web\.my-shop-[0-9a-z]{5}\.localhost:8080$/);
});

test('deleteProject() removes a project for good with everything in it, also a build under way', async (t) => {
  const bench = await openControlBench(t);
  const { projectId } = bench;
  await bench.call('createApp', { project_id: projectId }, { body: { name: 'web', image_reference: 'fake/good' } });
  await untilApp(bench, 'web', 'ready');
  bench.builder.hold();
  const source_url = await uploadSource(bench, 'source');
  await bench.call('createBuildRun', { project_id: projectId }, { body: { source_url } });
  await bench.call('deleteProject', { id: projectId }, { query: { hard: true } });
  const doomed = await bench.call('getProject', { id: projectId }).catch(() => undefined);
  assert.ok(doomed === undefined || doomed.status === 'hard_deleting');
  await untilGone('the project', () => bench.call('getProject', { id: projectId }));
  for (const kind of ['app', 'app_revision', 'build_run', 'project'] as const) {
    assert.equal(await bench.store.count({ kind, projectId }), 0, kind);
  }
  assert.deepEqual(bench.machine.appKeys(), []);
  assert.deepEqual(
    bench.builder.removed.map((project) => [project.projectId, project.subdomain]),
    [[projectId, 'default']],
  );
  const body = { name: 'web', image_reference: 'fake/good' };
  await assert.rejects(
    bench.call('createApp', { project_id: projectId }, { body }),
    refusedWith('resource_not_found', /project/),
  );
});

test('getPlatform() tells name, version, engine and state', async (t) => {
  const bench = await openControlBench(t);
  const platform = await bench.call('getPlatform', {});
  assert.equal(platform.engine, 'fake');
  assert.equal(platform.status, 'ready');
  assert.equal(platform.registry, 'localhost:8781');
});
