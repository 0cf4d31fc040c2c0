import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  openControlBench,
  refusedWith,
  until,
  untilApp,
  untilGone,
  uploadSource,
  type ControlBench,
} from './control-bench.ts';

async function build(bench: ControlBench, name: string): Promise<void> {
  const project = { project_id: bench.projectId };
  const source_url = await uploadSource(bench, name);
  const body = { name, source_type: 'local', source_url, strategy_type: 'dockerfile' } as const;
  await bench.call('createBuildRun', project, { body });
  await until('the build run has ended', async () => {
    const run = await bench.call('getBuildRun', { ...project, name });
    return run.status === 'succeeded' || run.status === 'failed' || undefined;
  });
}

test('the events of a project are those of its apps and build runs, narrowed by kind, name and time', async (t) => {
  const bench = await openControlBench(t);
  const project = { project_id: bench.projectId };
  const list = async (query: Parameters<typeof bench.call<'listEvents'>>[2] = {}) =>
    (await bench.call('listEvents', project, query)).events;
  await bench.call('createApp', project, { body: { name: 'web', image_reference: 'fake/good' } });
  await untilApp(bench, 'web', 'ready');
  await build(bench, 'one');

  const all = await list();
  assert.deepEqual(new Set(all.map((event) => event.kind)), new Set(['app', 'build_run']));
  const ofRun = await list({ query: { kind: 'build_run', name: 'one' } });
  assert.deepEqual(
    ofRun.map((event) => [event.build_run_name, event.reason]),
    ['Started', 'StepSucceeded', 'StepSucceeded', 'Succeeded'].map((reason) => ['one', reason]),
  );
  const ofRevision = await list({ query: { kind: 'app_revision', name: 'web-00001' } });
  assert.ok(ofRevision.length > 0);
  assert.ok(ofRevision.every((event) => event.revision_name === 'web-00001'));
  assert.deepEqual(await list({ query: { kind: 'app', name: 'none' } }), []);
  assert.deepEqual(await list({ query: { since: '1h' } }), all);
  assert.deepEqual(await list({ query: { since: '2999-01-01' } }), []);
  const page = await bench.call('listEvents', project, { query: { kind: 'build_run', limit: 1 } });
  assert.match(page.next?.href ?? '', /events\?kind=build_run&limit=1&start=/);

  const nameAlone = bench.call('listEvents', project, { query: { name: 'web' } });
  await assert.rejects(nameAlone, refusedWith('invalid_field', /Give "kind" too/));
  await assert.rejects(list({ query: { since: 'then' } }), refusedWith('invalid_field', /since/));
});

test('a build run that fails says why in its events, and its events go with it', async (t) => {
  const outcome = { ok: false, fault: 'failed', message: 'npm ended with code 1' } as const;
  const bench = await openControlBench(t, { decideOutcome: () => outcome });
  const project = { project_id: bench.projectId };
  await build(bench, 'one');
  const { events } = await bench.call('listEvents', project);
  const last = events.at(-1);
  assert.deepEqual([last?.severity, last?.reason, last?.message], ['warning', 'Failed', 'npm ended with code 1']);
  await bench.call('deleteBuildRun', { ...project, name: 'one' });
  await untilGone('the build run', () => bench.call('getBuildRun', { ...project, name: 'one' }));
  assert.deepEqual((await bench.call('listEvents', project)).events, []);
});
