import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Body } from '@slipway/spec';
import { openControlBench, refusedWith, until, untilApp, type ControlBench } from './control-bench.ts';

const IMAGE = 'docker.io/fake/good:latest';

function paramsOf(bench: ControlBench) {
  return { project_id: bench.projectId, name: 'web' };
}

function state(bench: ControlBench, body: Body<'replaceAppMesh'>) {
  return bench.call('replaceAppMesh', paramsOf(bench), { body, ifMatch: '*' });
}

test('what is stated of calls is stored with its defaults, told to the engine, and taken back', async (t) => {
  const bench = await openControlBench(t);
  await bench.call('createApp', { project_id: bench.projectId }, { body: { name: 'web', image_reference: IMAGE } });
  await untilApp(bench, 'web', 'ready');
  const first = await bench.call('getAppMesh', paramsOf(bench));
  assert.deepEqual(Object.keys(first).toSorted(), ['app_name', 'entity_tag', 'href', 'project_id', 'resource_type']);
  const stated = await state(bench, {
    callers: ['cart'],
    timeout_milliseconds: 500,
    retries: { attempts: 2 },
    outliers: {},
    abort: { percent: 10, status: 503 },
    delay: { percent: 20, milliseconds: 300 },
    mirror: { percent: 5, app: 'cart' },
  });
  assert.deepEqual(stated.retries, { attempts: 2, budget_percent: 20, any_method: false });
  assert.deepEqual(stated.outliers, {
    consecutive_errors: 5,
    error_percent: 50,
    requests_min: 20,
    ejection_seconds: 30,
  });
  const { href: _href, ...again } = await bench.call('getAppMesh', paramsOf(bench));
  const { href: _other, ...answered } = stated;
  assert.deepEqual({ ...again, entity_tag: '' }, { ...answered, entity_tag: '' });
  const meshOf = () => bench.machine.workload({ projectId: bench.projectId, appName: 'web' })?.mesh;
  await until('the engine knows', async () => meshOf()?.timeoutMs === 500 || undefined);
  assert.deepEqual(meshOf()?.callers, ['cart']);
  assert.deepEqual(meshOf()?.delay, { percent: 20, delayMs: 300 });
  assert.deepEqual(meshOf()?.mirror, { percent: 5, host: 'cart.default.svc.cluster.local' });
  await state(bench, { callers: [] });
  await until('the engine knows better', async () => meshOf()?.callers?.length === 0 || undefined);
  assert.deepEqual(meshOf(), { callers: [] });
  await state(bench, {});
  await until('nothing is set', async () => meshOf() === undefined || undefined);
});

test('what cannot be is refused with its place', async (t) => {
  const bench = await openControlBench(t);
  await bench.call('createApp', { project_id: bench.projectId }, { body: { name: 'web', image_reference: IMAGE } });
  const noName = state(bench, { callers: ['cart', 'Not_A_Name'] });
  await assert.rejects(noName, refusedWith('invalid_field', /callers\[1\].*Not_A_Name/));
  const twice = state(bench, { callers: ['cart', 'cart'] });
  await assert.rejects(twice, refusedWith('invalid_field', /callers\[1\].*named twice/));
  const abort = state(bench, { abort: { percent: 1, status: 418 } });
  await assert.rejects(abort, refusedWith('invalid_field', /abort\.status.*418.*Take one of/));
  const both = state(bench, { mirror: { percent: 1, app: 'cart', tag: 'next' } });
  await assert.rejects(both, refusedWith('invalid_field', /mirror.*one place/));
  const itself = state(bench, { mirror: { percent: 1, app: 'web' } });
  await assert.rejects(itself, refusedWith('invalid_field', /mirror\.app.*itself/));
  const noTag = state(bench, { mirror: { percent: 1, tag: 'next' } });
  await assert.rejects(noTag, refusedWith('invalid_field', /mirror\.tag.*no revision/));
  const stale = bench.call('replaceAppMesh', paramsOf(bench), { body: {}, ifMatch: 'stale' });
  await assert.rejects(stale, refusedWith('entity_tag_mismatch'));
});
