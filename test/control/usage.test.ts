import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openControlBench, refusedWith, until, untilApp, uploadSource, type ControlBench } from './control-bench.ts';

const WEB = { name: 'web', image_reference: 'fake/good', scale_cpu_limit: '0.5', scale_memory_limit: '2G' };

/** Asks until the meter has seen so much; it looks anew at most once in a second. */
function untilUsed(bench: ControlBench, seconds: number) {
  return until(`${seconds} s are metered`, async () => {
    const usage = await bench.call('listProjectUsage', { project_id: bench.projectId });
    return usage.total.instance_seconds > seconds ? usage : undefined;
  });
}

test('a running app is metered by its size, once, also over deaths of the control plane; a sleeping one is free', async (t) => {
  const bench = await openControlBench(t);
  const project = { project_id: bench.projectId };
  const beganMs = Date.now();
  await bench.call('createApp', project, { body: WEB });
  await untilApp(bench, 'web', 'ready');
  const usage = await untilUsed(bench, 0);
  const [item, ...others] = usage.usage;
  assert.deepEqual(others, []);
  assert.deepEqual([item?.component_type, item?.component_name, item?.revision_name], ['app', 'web', 'web-00001']);
  assert.deepEqual([item?.cpu_limit, item?.memory_limit, usage.granularity], ['0.5', '2G', 'day']);

  bench.dieAfter(0);
  await bench.died();
  await bench.restart();
  await bench.restart();
  const later = await untilUsed(bench, usage.total.instance_seconds);
  assert.ok(later.total.instance_seconds <= (Date.now() - beganMs) / 1000);
  assert.ok(Math.abs(later.total.vcpu_seconds - later.total.instance_seconds / 2) <= 0.001);
  assert.ok(Math.abs(later.total.gb_seconds - later.total.instance_seconds * 2) <= 0.001);

  bench.machine.scaleToZero({ projectId: bench.projectId, appName: 'web' });
  await bench.restart();
  const slept = await bench.call('listUsage', {}, { query: { granularity: 'total' } });
  await bench.restart();
  assert.deepEqual((await bench.call('listUsage', {}, { query: { granularity: 'total' } })).total, slept.total);
});

test('a build run is metered from its first step to its end', async (t) => {
  const bench = await openControlBench(t);
  const project = { project_id: bench.projectId };
  const source_url = await uploadSource(bench, 'a folder');
  bench.builder.hold();
  const recipe = { output_image: 'localhost:8781/default/web:1', output_secret: '', strategy_size: 'small' as const };
  const body = { name: 'one', source_type: 'local', source_url, strategy_type: 'dockerfile', ...recipe } as const;
  await bench.call('createBuildRun', project, { body });
  await untilUsed(bench, 0);
  bench.builder.release();
  await until('the build run has ended', async () => {
    const run = await bench.call('getBuildRun', { ...project, name: 'one' });
    return run.status === 'succeeded' || undefined;
  });
  await bench.restart();
  const [item] = (await bench.call('listProjectUsage', project)).usage;
  assert.deepEqual([item?.component_type, item?.component_name], ['build_run', 'one']);
  assert.deepEqual([item?.cpu_limit, item?.memory_limit, item?.revision_name], ['0.5', '2G', undefined]);
});

test('usage is asked by whole hours, in pages, and refused what makes no sense', async (t) => {
  const bench = await openControlBench(t);
  const project = { project_id: bench.projectId };
  for (const name of ['api', 'web']) {
    await bench.call('createApp', project, { body: { ...WEB, name } });
    await untilApp(bench, name, 'ready');
  }
  await bench.restart();
  const whole = await bench.call('listProjectUsage', project, { query: { from: '1h' } });
  assert.match(`${whole.from} ${whole.to}`, /^\S+:00:00.000Z \S+:00:00.000Z$/);
  const first = await bench.call('listProjectUsage', project, { query: { from: '1h', limit: 1 } });
  assert.deepEqual(first.total, whole.total);
  const query = { from: '1h', limit: 1, start: first.next?.start ?? '' };
  const second = await bench.call('listProjectUsage', project, { query });
  const names = [...first.usage, ...second.usage].map((item) => item.component_name);
  assert.deepEqual([names, second.next], [['api', 'web'], undefined]);
  assert.match(first.next?.href ?? '', /granularity=day&limit=1&start=/);

  const ask = (wrong: object) => bench.call('listProjectUsage', project, { query: wrong });
  await assert.rejects(ask({ from: 'yesterday' }), refusedWith('invalid_field', /from = "yesterday"/));
  await assert.rejects(ask({ from: '1h', to: '2h' }), refusedWith('invalid_field', /it is after the end/));
  for (const start of ['x', 'YWZ0ZXI6W10', 'YWZ0ZXI6bm9uZQ'])
    assert.equal((await ask({ ...query, start })).usage[0]?.component_name, 'api', start);
});
