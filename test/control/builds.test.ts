import assert from 'node:assert/strict';
import { test } from 'node:test';
import { EngineFault } from '@slipway/engine';
import {
  collectAll,
  openControlBench,
  refusedWith,
  until,
  untilGone,
  uploadSource,
  type ControlBench,
} from './control-bench.ts';

function untilRun(bench: ControlBench, name: string, reason: string) {
  return until(`build run ${name} is ${reason}`, async () => {
    const run = await bench.call('getBuildRun', { project_id: bench.projectId, name });
    return run.status_details?.reason === reason ? run : undefined;
  });
}

test('a source is stored once under its hash, and found by it', async (t) => {
  const bench = await openControlBench(t);
  const url = await uploadSource(bench, 'hello');
  const id = url.slice('source://'.length);
  const source = await bench.call('getSource', { project_id: bench.projectId, id });
  assert.equal(source.size_bytes, 5);
  assert.equal(source.source_url, url);
  await assert.rejects(
    bench.call('getSource', { project_id: bench.projectId, id: 'nope' }),
    refusedWith('resource_not_found', /source "nope"/),
  );
});

test('a build run from a build ends with a digest, and its log holds lines and steps', async (t) => {
  const bench = await openControlBench(t);
  const project = { project_id: bench.projectId };
  const build = {
    name: 'web-build',
    output_image: 'localhost:8781/default/web:latest',
    output_secret: '',
    strategy_type: 'dockerfile',
    strategy_size: 'small',
  } as const;
  assert.equal((await bench.call('createBuild', project, { body: build })).status_details?.reason, 'registered');
  const source_url = await uploadSource(bench, 'source');
  const created = await bench.call('createBuildRun', project, { body: { build_name: 'web-build', source_url } });
  assert.match(created.name, /^web-build-run-\d{6}-\d{9}$/);
  assert.equal(created.status, 'pending');
  const run = await untilRun(bench, created.name, 'succeeded');
  assert.match(run.status_details?.output_digest ?? '', /^sha256:/);
  assert.equal(bench.builder.started[0]?.cpuMillis, 500);
  const params = { ...project, name: created.name };
  const lines = await collectAll(await bench.call('listBuildRunLogs', params));
  assert.ok(lines.some((line) => line.text.startsWith('built sha256:')));
  assert.deepEqual(
    lines.flatMap((line) => (line.step ? [`${line.step.name} ${line.step.state}`] : [])),
    ['prepare succeeded', 'build running', 'build succeeded'],
  );
  const filtered = await bench.call('listBuildRuns', project, { query: { build_name: 'other' } });
  assert.deepEqual(filtered.build_runs, []);
});

test('listBuildRunLogs() with follow waits for the run, and ends with it', async (t) => {
  const bench = await openControlBench(t);
  const project = { project_id: bench.projectId };
  bench.builder.hold();
  const source_url = await uploadSource(bench, 'source');
  const { name } = await bench.call('createBuildRun', project, { body: { source_url } });
  const lines = await bench.call('listBuildRunLogs', { ...project, name }, { query: { follow: true } });
  const texts: string[] = [];
  for await (const line of lines) {
    texts.push(line.step ? `${line.step.name} ${line.step.state}` : line.text);
    if (line.step?.state === 'running') bench.builder.release();
  }
  assert.deepEqual(texts.toSorted(), [
    'build running',
    'build succeeded',
    `built ${(await untilRun(bench, name, 'succeeded')).status_details?.output_digest}`,
    'prepare succeeded',
    'preparing',
  ]);
});

test('a faulty source makes the run fail with the reason of the builder', async (t) => {
  const decideOutcome = () => ({ ok: false, fault: 'invalid_build_configuration', message: 'No Dockerfile' }) as const;
  const bench = await openControlBench(t, { decideOutcome });
  const source_url = await uploadSource(bench, 'source');
  const { name } = await bench.call('createBuildRun', { project_id: bench.projectId }, { body: { source_url } });
  const run = await untilRun(bench, name, 'invalid_build_configuration');
  assert.equal(run.status, 'failed');
});

test('a failure of the platform is tried again', async (t) => {
  let tries = 0;
  const bench = await openControlBench(t, {
    decideOutcome() {
      tries += 1;
      if (tries === 1) throw new EngineFault('engine_unavailable', 'The builder is gone');
      return { ok: true, digest: 'sha256:1', reused: false };
    },
  });
  const source_url = await uploadSource(bench, 'source');
  const { name } = await bench.call('createBuildRun', { project_id: bench.projectId }, { body: { source_url } });
  await untilRun(bench, name, 'succeeded');
  assert.equal(tries, 2);
});

test('createBuildRun() refuses what cannot be built', async (t) => {
  const bench = await openControlBench(t);
  const create = (body: object) => bench.call('createBuildRun', { project_id: bench.projectId }, { body });
  const source_url = await uploadSource(bench, 'source');
  await assert.rejects(create({}), refusedWith('invalid_field', /source_url/));
  await assert.rejects(create({ source_url: `source://${'0'.repeat(64)}` }), refusedWith('source_not_found'));
  await assert.rejects(
    create({ source_url: 'https://example.com/a.git' }),
    refusedWith('invalid_field', /source_type = "git": this is not available yet/),
  );
  await assert.rejects(create({ build_name: 'nope', source_url }), refusedWith('resource_not_found', /build "nope"/));
  await assert.rejects(
    create({ source_url, output_image: 'localhost:8781/other/web:latest' }),
    refusedWith('invalid_field', /another project/),
  );
});

test('deleteBuildRun() cancels a running build and forgets it', async (t) => {
  const bench = await openControlBench(t);
  bench.builder.hold();
  const project = { project_id: bench.projectId };
  const source_url = await uploadSource(bench, 'source');
  const { name } = await bench.call('createBuildRun', project, { body: { source_url } });
  await untilRun(bench, name, 'running');
  await bench.call('deleteBuildRun', { ...project, name });
  await untilGone('the build run', () => bench.call('getBuildRun', { ...project, name }));
});

test('a build run that was under way at a restart is run again to its end', async (t) => {
  const bench = await openControlBench(t);
  bench.builder.hold();
  const source_url = await uploadSource(bench, 'source');
  const { name } = await bench.call('createBuildRun', { project_id: bench.projectId }, { body: { source_url } });
  await until('the build begins', async () => bench.builder.started[0]);
  await bench.restart();
  bench.builder.release();
  await untilRun(bench, name, 'succeeded');
  assert.equal(bench.builder.started.length, 2);
});

test('updateBuild() merges, needs If-Match, and goes back to defaults with null', async (t) => {
  const bench = await openControlBench(t);
  const project = { project_id: bench.projectId };
  const body = {
    name: 'b',
    output_image: 'localhost:8781/default/web',
    output_secret: '',
    strategy_type: 'buildpacks',
    timeout: 900,
  } as const;
  const build = await bench.call('createBuild', project, { body });
  const params = { ...project, name: 'b' };
  const patch = { strategy_type: 'dockerfile' } as const;
  await assert.rejects(bench.call('updateBuild', params, { body: patch }), refusedWith('entity_tag_missing'));
  const patched = await bench.call('updateBuild', params, { body: patch, ifMatch: build.entity_tag });
  assert.equal(patched.strategy_type, 'dockerfile');
  assert.equal(patched.timeout, 900);
  const toDefault = { timeout: null } as unknown as { timeout: number };
  const reset = await bench.call('updateBuild', params, { body: toDefault, ifMatch: '*' });
  assert.equal(reset.timeout, 600);
  await bench.call('deleteBuild', params);
  await assert.rejects(bench.call('getBuild', params), refusedWith('resource_not_found'));
});
