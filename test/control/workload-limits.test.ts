/** What a workload may not be told is refused at its creation and at a change in the same words, and changes nothing. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Refusal } from '@slipway/spec';
import { openControlBench, type ControlBench } from './control-bench.ts';

const IMAGE = { image_reference: 'registry.example/fake/good:1' };
const CODE = { runtime: 'nodejs-22', code_reference: 'data:text/plain;base64,eA==' };
const LARGE = 'x'.repeat(300_000);

const SHARED = [
  { scale_cpu_limit: '3' },
  { scale_memory_limit: '3G' },
  { run_env_variables: [{ name: '1A', value: 'x' }] },
  { run_env_variables: [{ name: 'A', value: LARGE }] },
] as const;

const BAD = {
  App: [
    ...SHARED,
    { scale_ephemeral_storage_limit: '5G' },
    { scale_min_instances: 11 },
    { scale_initial_instances: 11 },
    { scale_concurrency_target: 101 },
    { image_port: 9090 },
  ],
  Job: [
    ...SHARED,
    { scale_ephemeral_storage_limit: '5G' },
    { scale_array_spec: '0-1000' },
    { scale_array_spec: '10000000' },
    { run_mode: 'daemon', scale_retry_limit: 1 },
    { run_arguments: ['x'.repeat(11_000)] },
  ],
  Function: [
    ...SHARED,
    { scale_cpu_limit: '2', scale_memory_limit: '4G' },
    { code_reference: `data:text/plain,${'x'.repeat(103_000)}` },
    { runtime: 'python-3.13', scale_concurrency: 2 },
  ],
} as const;

type Noun = keyof typeof BAD;

function refusalOf(call: Promise<unknown>): Promise<string> {
  return call.then(
    () => assert.fail('it was not refused'),
    (error: unknown) => {
      assert.ok(error instanceof Refusal && error.code === 'invalid_field', String(error));
      return error.message;
    },
  );
}

async function compare(bench: ControlBench, noun: Noun): Promise<number> {
  const params = { project_id: bench.projectId };
  const good = noun === 'Function' ? CODE : IMAGE;
  const create = (name: string, more: object) =>
    bench.call(`create${noun}`, params, { body: { name, ...good, ...more } as never });
  const { entity_tag: tag } = await create('good', {});
  for (const given of BAD[noun]) {
    const created = await refusalOf(create('bad', given));
    const patch = { body: given as never, ifMatch: '*' };
    const updated = await refusalOf(bench.call(`update${noun}`, { ...params, name: 'good' }, patch));
    assert.equal(updated, created);
  }
  const after = await bench.call(`get${noun}`, { ...params, name: 'good' });
  assert.equal(after.entity_tag, tag, 'nothing was changed');
  return BAD[noun].length;
}

for (const noun of ['App', 'Job', 'Function'] as const) {
  test(`the limits of ${noun.toLowerCase()}s hold at a change as at the creation`, async (t) => {
    const bench = await openControlBench(t);
    assert.ok((await compare(bench, noun)) > SHARED.length);
  });
}
