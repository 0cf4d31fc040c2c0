import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { FunctionPrototype } from '@slipway/spec';
import { openControlBench, refusedWith, type ControlBench } from './control-bench.ts';

const CODE = 'data:text/javascript;base64,ZXhwb3J0cw==';

function createFunction(bench: ControlBench, body: Partial<FunctionPrototype> = {}, force?: boolean) {
  const complete = { name: 'hello', runtime: 'nodejs-22', code_reference: CODE, ...body };
  const query = { ...(force !== undefined && { force }) };
  return bench.call('createFunction', { project_id: bench.projectId }, { query, body: complete });
}

test('a function is created with the documented defaults, offline, updated, listed and deleted', async (t) => {
  const bench = await openControlBench(t);
  const params = { project_id: bench.projectId, name: 'hello' };
  const created = await createFunction(bench);
  assert.equal(created.status, 'offline');
  assert.deepEqual(created.status_details, { reason: 'offline' });
  assert.equal(created.endpoint, 'http://hello.default.localhost:8080');
  assert.equal(created.endpoint_internal, 'http://hello.default.function.cluster.local');
  assert.deepEqual([created.code_main, created.code_binary, created.scale_down_delay], ['main', false, 1]);
  assert.deepEqual([created.scale_max_execution_time, created.scale_concurrency], [60, 1]);
  const body = { managed_domain_mappings: 'local', scale_concurrency: 4 } as const;
  const changed = await bench.call('updateFunction', params, { body, ifMatch: created.entity_tag });
  assert.equal(changed.endpoint, changed.endpoint_internal);
  assert.ok(
    changed.computed_env_variables.some(({ name, value }) => name === 'CE_ALLOW_CONCURRENT' && value === 'true'),
  );
  assert.deepEqual(await bench.call('getFunction', params), changed);
  assert.equal((await bench.call('listFunctions', { project_id: bench.projectId })).functions.length, 1);
  await bench.call('deleteFunction', params);
  await assert.rejects(bench.call('getFunction', params), refusedWith('resource_not_found', /function "hello"/));
});

test('listFunctionRuntimes() names one default of each family, which is not deprecated', async (t) => {
  const bench = await openControlBench(t);
  const { function_runtimes: runtimes } = await bench.call('listFunctionRuntimes', {});
  const defaults = runtimes.filter((runtime) => runtime.default === true);
  assert.deepEqual(
    defaults.map(({ id, deprecated }) => [id, deprecated]),
    [
      ['nodejs-22', false],
      ['python-3.11', false],
    ],
  );
});

test('functions: what is refused', async (t) => {
  const bench = await openControlBench(t);
  const project = { project_id: bench.projectId };
  await createFunction(bench);
  await assert.rejects(createFunction(bench), refusedWith('name_taken', /function "hello"/));
  await assert.rejects(createFunction(bench, { name: 'Hello' }), refusedWith('invalid_field', /name = /));
  await assert.rejects(
    createFunction(bench, { name: 'b', runtime: 'perl' }),
    refusedWith('invalid_field', /nodejs-22/),
  );
  const bundle = { name: 'b', code_reference: 'cr://icr.io/a/b:1', code_secret: 'none' };
  await assert.rejects(
    createFunction(bench, bundle, false),
    refusedWith('invalid_field', /code_secret = "none": there is no/),
  );
  const body = { name: 'web', image_reference: 'fake/good' };
  await bench.call('createApp', project, { body });
  await assert.rejects(createFunction(bench, { name: 'web' }), refusedWith('invalid_field', /an app of this name/));
  const sameName = bench.call('createApp', project, { body: { ...body, name: 'hello' } });
  await assert.rejects(sameName, refusedWith('invalid_field', /a function of this name/));
  const update = bench.call('updateFunction', { ...project, name: 'hello' }, { body: {}, ifMatch: 'stale' });
  await assert.rejects(update, refusedWith('entity_tag_mismatch'));
  await assert.rejects(bench.call('deleteFunction', { ...project, name: 'none' }), refusedWith('resource_not_found'));
});
