import assert from 'node:assert/strict';
import { test } from 'node:test';
import { EngineFault } from '@slipway/engine';
import fc from 'fast-check';
import {
  collectAll,
  openControlBench,
  refusedWith,
  until,
  untilApp,
  untilGone,
  type ControlBench,
} from './control-bench.ts';

const IMAGE = 'docker.io/fake/good:latest';

function createApp(bench: ControlBench, name = 'web', image = IMAGE) {
  const body = { name, image_reference: image };
  return bench.call('createApp', { project_id: bench.projectId }, { body });
}

async function hostOf(bench: ControlBench, name = 'web'): Promise<string> {
  const app = await bench.call('getApp', { project_id: bench.projectId, name });
  return new URL(app.endpoint ?? '').hostname;
}

async function reasonsOf(bench: ControlBench, name = 'web'): Promise<readonly string[]> {
  const list = await bench.call('listAppEvents', { project_id: bench.projectId, app_name: name });
  return list.events.map((event) => event.reason);
}

test('createApp() answers at once with a revision, and the app becomes ready and reachable', async (t) => {
  const bench = await openControlBench(t);
  const created = await createApp(bench, 'web', 'fake/good');
  assert.equal(created.status, 'deploying');
  assert.equal(created.status_details?.latest_created_revision, 'web-00001');
  assert.equal(created.endpoint, 'http://web.default.localhost:8080');
  assert.equal(created.endpoint_internal, 'http://web.default.svc.cluster.local');
  assert.equal(created.image_reference, IMAGE);
  const ready = await untilApp(bench, 'web', 'ready');
  assert.equal(ready.status_details?.latest_ready_revision, 'web-00001');
  await until('traffic', async () => (bench.machine.request('web.default.localhost').status === 200 ? 1 : undefined));
  const params = { project_id: bench.projectId, app_name: 'web' };
  const revision = await bench.call('getAppRevision', { ...params, name: 'web-00001' });
  assert.match(revision.image_reference, /^docker\.io\/fake\/good@sha256:/);
  assert.equal(revision.status_details?.actual_instances, 1);
  const { instances } = await bench.call('listAppInstances', params);
  assert.equal(instances[0]?.status_details?.user_container?.current_state?.container_status, 'running');
  const lines = await collectAll(await bench.call('listAppLogs', params, { query: { tail: 5 } }));
  assert.equal(lines[0]?.text, 'listening on 8080');
});

test('createApp() gives the instances the platform variables, which win over nothing of the user', async (t) => {
  const bench = await openControlBench(t);
  const body = { name: 'web', image_reference: IMAGE, run_env_variables: [{ name: 'COLOR', value: 'blue' }] };
  const app = await bench.call('createApp', { project_id: bench.projectId }, { body });
  assert.ok(app.computed_env_variables.some((variable) => variable.name === 'K_REVISION'));
  await untilApp(bench, 'web', 'ready');
  const workload = bench.machine.workload({ projectId: bench.projectId, appName: 'web' });
  assert.deepEqual(workload?.revisions[0]?.environment, {
    COLOR: 'blue',
    CE_API_BASE_URL: 'http://api.slipway.internal:8780',
    CE_APP: 'web',
    CE_DOMAIN: 'localhost',
    CE_PROJECT_ID: bench.projectId,
    CE_REGION: 'local',
    CE_SUBDOMAIN: 'default',
    K_CONFIGURATION: 'web',
    K_REVISION: 'web-00001',
    K_SERVICE: 'web',
    PORT: '8080',
  });
});

test('createApp() refuses a taken name, an unknown project and a bad field', async (t) => {
  const bench = await openControlBench(t);
  await createApp(bench);
  await assert.rejects(createApp(bench), refusedWith('name_taken', /app "web"/));
  await assert.rejects(createApp(bench, 'Web'), refusedWith('invalid_field', /name = "Web"/));
  const body = { name: 'a', image_reference: IMAGE };
  await assert.rejects(
    bench.call('createApp', { project_id: 'nope' }, { body }),
    refusedWith('resource_not_found', /project "nope"/),
  );
  await assert.rejects(
    createApp(bench, 'thief', 'localhost:8781/other/web:latest'),
    refusedWith('invalid_field', /another project/),
  );
});

test('an image that does not exist makes the app fail, says why in an event, and a good image heals it', async (t) => {
  const bench = await openControlBench(t);
  await createApp(bench, 'web', 'fake/missing');
  const failed = await untilApp(bench, 'web', 'no_revision_ready');
  assert.equal(failed.status, 'failed');
  const params = { project_id: bench.projectId, app_name: 'web' };
  const revision = await bench.call('getAppRevision', { ...params, name: 'web-00001' });
  assert.equal(revision.status_details?.reason, 'fetch_image_failed_unknown_manifest');
  const { events } = await bench.call('listAppEvents', params);
  const warning = events.findLast((event) => event.severity === 'warning');
  assert.equal(warning?.reason, 'FetchImageFailed');
  assert.match(warning?.message ?? '', /does not exist/);

  const body = { image_reference: 'fake/good' };
  const updateParams = { project_id: bench.projectId, name: 'web' };
  await bench.call('updateApp', updateParams, { body, ifMatch: failed.entity_tag });
  const ready = await untilApp(bench, 'web', 'ready');
  assert.equal(ready.status_details?.latest_ready_revision, 'web-00002');
});

test('a registry that does not answer is asked again until it does', async (t) => {
  const bench = await openControlBench(t);
  bench.machine.images.break(IMAGE, new EngineFault('image_registry_unreachable', 'The registry does not answer'));
  await createApp(bench);
  bench.machine.images.break(IMAGE, undefined);
  await untilApp(bench, 'web', 'ready');
});

test('an update makes a new revision, and traffic moves to it when it is ready', async (t) => {
  const bench = await openControlBench(t);
  await createApp(bench);
  const before = await untilApp(bench, 'web', 'ready');
  const params = { project_id: bench.projectId, name: 'web' };
  const body = { run_env_variables: [{ name: 'COLOR', value: 'green' }] };
  const updated = await bench.call('updateApp', params, { body, ifMatch: before.entity_tag });
  assert.notEqual(updated.entity_tag, before.entity_tag);
  assert.equal(updated.status_details?.latest_created_revision, 'web-00002');
  const host = await hostOf(bench);
  await until('the new revision answers', async () =>
    (await bench.machine.request(host).text()) === 'web-00002' ? true : undefined,
  );
  assert.deepEqual(
    (await reasonsOf(bench)).filter((reason) => reason === 'RevisionCreated' || reason === 'TrafficShifted'),
    ['RevisionCreated', 'TrafficShifted', 'RevisionCreated', 'TrafficShifted'],
  );
});

test('a new revision that fails leaves the old one answering, and the app warns', async (t) => {
  const bench = await openControlBench(t);
  await createApp(bench);
  await untilApp(bench, 'web', 'ready');
  const params = { project_id: bench.projectId, name: 'web' };
  await bench.call('updateApp', params, { body: { image_reference: 'fake/exits:24' }, ifMatch: '*' });
  const warned = await untilApp(bench, 'web', 'ready_but_latest_revision_failed');
  assert.equal(warned.status, 'warning');
  assert.equal(warned.status_details?.latest_ready_revision, 'web-00001');
  assert.equal(await bench.machine.request(await hostOf(bench)).text(), 'web-00001');
  const named = { project_id: bench.projectId, app_name: 'web', name: 'web-00002' };
  const revision = await bench.call('getAppRevision', named);
  assert.equal(revision.status, 'failed');
  assert.equal(revision.status_details?.reason, 'container_failed_exit_code_24');
  assert.ok((await reasonsOf(bench)).includes('RevisionFailed'));
});

test('updateApp() needs If-Match, and refuses one that is not current', async (t) => {
  const bench = await openControlBench(t);
  const app = await createApp(bench);
  const params = { project_id: bench.projectId, name: 'web' };
  const body = { scale_min_instances: 1 };
  await assert.rejects(bench.call('updateApp', params, { body }), refusedWith('entity_tag_missing'));
  await assert.rejects(bench.call('updateApp', params, { body, ifMatch: 'x' }), refusedWith('entity_tag_mismatch'));
  await bench.call('updateApp', params, { body, ifMatch: `"${app.entity_tag}"` });
  await assert.rejects(
    bench.call('updateApp', { ...params, name: 'nope' }, { body, ifMatch: '*' }),
    refusedWith('resource_not_found', /app "nope"/),
  );
});

test('updateApp() with null goes back to the default, and with nothing new makes no revision', async (t) => {
  const bench = await openControlBench(t);
  await createApp(bench);
  await untilApp(bench, 'web', 'ready');
  const params = { project_id: bench.projectId, name: 'web' };
  const raised = await bench.call('updateApp', params, { body: { scale_max_instances: 20 }, ifMatch: '*' });
  assert.equal(raised.scale_max_instances, 20);
  const toDefault = { scale_max_instances: null } as unknown as { scale_max_instances: number };
  const reset = await bench.call('updateApp', params, { body: toDefault, ifMatch: '*' });
  assert.equal(reset.scale_max_instances, 10);
  assert.equal(reset.status_details?.latest_created_revision, 'web-00003');
  const same = await bench.call('updateApp', params, { body: { scale_max_instances: 10 }, ifMatch: '*' });
  assert.equal(same.status_details?.latest_created_revision, 'web-00003');
  assert.equal(same.entity_tag, reset.entity_tag);
});

test('an update that names the same tag makes a new revision only if the tag leads to a new digest', async (t) => {
  const bench = await openControlBench(t);
  await createApp(bench);
  await untilApp(bench, 'web', 'ready');
  const params = { project_id: bench.projectId, name: 'web' };
  const again = () => bench.call('updateApp', params, { body: { image_reference: IMAGE }, ifMatch: '*' });
  assert.equal((await again()).status, 'deploying');
  assert.equal((await untilApp(bench, 'web', 'ready')).status_details?.latest_created_revision, 'web-00001');

  bench.machine.images.push(IMAGE, 'new content');
  await again();
  const host = await hostOf(bench);
  await until('the new digest answers', async () =>
    (await bench.machine.request(host).text()) === 'web-00002' ? true : undefined,
  );
});

test('only the serving, the newest and one more revision are kept', async (t) => {
  const bench = await openControlBench(t);
  await createApp(bench);
  const params = { project_id: bench.projectId, name: 'web' };
  for (const max of [11, 12, 13, 14]) {
    await untilApp(bench, 'web', 'ready');
    await bench.call('updateApp', params, { body: { scale_max_instances: max }, ifMatch: '*' });
  }
  const names = await until('old revisions are deleted', async () => {
    const list = await bench.call('listAppRevisions', { project_id: bench.projectId, app_name: 'web' });
    const found = list.revisions.map((revision) => revision.name ?? '');
    return found.length === 3 ? found : undefined;
  });
  assert.deepEqual(names, ['web-00003', 'web-00004', 'web-00005']);
  const named = { project_id: bench.projectId, app_name: 'web' };
  const drop = (name: string) => bench.call('deleteAppRevision', { ...named, name });
  await assert.rejects(drop('web-00005'), refusedWith('revision_in_use'));
  await untilApp(bench, 'web', 'ready');
  await drop('web-00003');
  await assert.rejects(drop('web-00003'), refusedWith('resource_not_found'));
});

test('an app that is not public has no public host', async (t) => {
  const bench = await openControlBench(t);
  await createApp(bench);
  await untilApp(bench, 'web', 'ready');
  const params = { project_id: bench.projectId, name: 'web' };
  const body = { managed_domain_mappings: 'local' } as const;
  const hidden = await bench.call('updateApp', params, { body, ifMatch: '*' });
  assert.equal(hidden.endpoint, 'http://web.default.svc.cluster.local');
  assert.equal(hidden.status_details?.latest_created_revision, 'web-00001');
  await until('the public host is gone', async () =>
    bench.machine.request('web.default.localhost').status === 404 ? true : undefined,
  );
});

test('deleteApp() removes the app with its revisions and events; its name is free afterwards', async (t) => {
  const bench = await openControlBench(t);
  const first = await createApp(bench);
  await untilApp(bench, 'web', 'ready');
  const params = { project_id: bench.projectId, name: 'web' };
  assert.deepEqual(await bench.call('deleteApp', params), {});
  await untilGone('the app', () => bench.call('getApp', params));
  await assert.rejects(bench.call('deleteApp', params), refusedWith('resource_not_found'));
  assert.equal(bench.machine.request('web.default.localhost').status, 404);
  const second = await createApp(bench);
  assert.notEqual(second.id, first.id);
  assert.equal(second.status_details?.latest_created_revision, 'web-00001');
});

test('a restart continues: ready apps are adopted, undeclared ones removed, unfinished ones finished', async (t) => {
  const bench = await openControlBench(t);
  await createApp(bench);
  await untilApp(bench, 'web', 'ready');
  const key = { projectId: bench.projectId, appName: 'web' };
  await until('traffic', async () => (bench.machine.workload(key)?.traffic.length === 1 ? true : undefined));
  const instances = bench.machine.observe(key)?.instances;
  // Written, and then the process died before anything was done.
  await createApp(bench, 'late');
  await bench.restart();
  await untilApp(bench, 'late', 'ready');
  await untilApp(bench, 'web', 'ready');
  assert.deepEqual(bench.machine.observe(key)?.instances, instances);
  bench.machine.apply({ projectId: bench.projectId, appName: 'ghost', hosts: [], revisions: [], traffic: [] });
  await bench.restart();
  assert.ok(!bench.machine.appKeys().some((app) => app.appName === 'ghost'));
});

test('listAppLogs() follows until the caller leaves', async (t) => {
  const bench = await openControlBench(t);
  await createApp(bench);
  const leave = new AbortController();
  const params = { project_id: bench.projectId, app_name: 'web' };
  const lines = await bench.call('listAppLogs', params, { query: { follow: true }, signal: leave.signal });
  for await (const line of lines) {
    assert.equal(line.stream, 'stdout');
    leave.abort();
  }
  await assert.rejects(
    bench.call('listAppLogs', params, { query: { since: 'yesterday' } }),
    refusedWith('invalid_field', /since/),
  );
});

test('listApps() in pages shows every app once, whatever the page size', async (t) => {
  const bench = await openControlBench(t);
  const names = ['a', 'a-1', 'b', 'c', 'c9', 'd'];
  for (const name of names) await createApp(bench, name);
  const params = { project_id: bench.projectId };
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: 7 }), async (limit) => {
      const seen: string[] = [];
      for (let start: string | undefined; ;) {
        const page = await bench.call('listApps', params, { query: { limit, ...(start && { start }) } });
        seen.push(...page.apps.map((app) => app.name));
        assert.ok(page.apps.length <= limit);
        start = page.next?.start;
        if (start === undefined) break;
      }
      assert.deepEqual(seen, names);
    }),
    { numRuns: 7 },
  );
  const unknown = await bench.call('listApps', params, { query: { limit: 1, start: 'bm9uc2Vuc2U' } });
  assert.equal(unknown.apps[0]?.name, names[0]);
});
