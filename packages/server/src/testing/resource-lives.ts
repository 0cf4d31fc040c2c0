/** For tests of the API: the whole life of every resource that is true as soon as it is stored, over the client. */
import assert from 'node:assert/strict';
import type { Client } from '@slipway/client';
import { refusedWith } from './refused-with.ts';

const IMAGE = 'registry.example/fake/good:1';

export async function liveOfAConfigMap(client: Client, project_id: string): Promise<void> {
  const params = { project_id, name: 'settings' };
  const body = { name: 'settings', data: { COLOUR: 'blue' } };
  const { entity_tag: tag } = await client.createConfigMap({ params: { project_id }, body });
  const replacement = { params, body: { data: { COLOUR: 'red' } } };
  await refusedWith('entity_tag_mismatch', client.replaceConfigMap({ ...replacement, ifMatch: 'stale' }));
  await client.replaceConfigMap({ ...replacement, ifMatch: tag });
  assert.deepEqual((await client.getConfigMap({ params })).data, { COLOUR: 'red' });
  assert.equal((await client.listConfigMaps({ params: { project_id } })).config_maps.length, 1);
  await client.deleteConfigMap({ params });
}

export async function liveOfASecret(client: Client, project_id: string): Promise<void> {
  const params = { project_id, name: 'tokens' };
  const data = { TOKEN: 'hunter2' };
  const body = { name: 'tokens', format: 'generic', data } as const;
  const { entity_tag: tag } = await client.createSecret({ params: { project_id }, body });
  const otherFormat = { params, body: { format: 'tls', data }, ifMatch: '*' } as const;
  await refusedWith('invalid_field', client.replaceSecret(otherFormat));
  await client.replaceSecret({ params, body: { format: 'generic', data: { TOKEN: 'hunter3' } }, ifMatch: tag });
  assert.deepEqual((await client.getSecret({ params })).data, { TOKEN: 'hunter3' });
  const list = await client.listSecrets({ params: { project_id }, query: { format: 'generic' } });
  assert.equal(list.secrets.length, 1);
  await client.deleteSecret({ params });
}

export async function liveOfAJob(client: Client, project_id: string): Promise<void> {
  const params = { project_id, name: 'nightly' };
  const body = { name: 'nightly', image_reference: IMAGE, scale_array_spec: '0-2' };
  const { entity_tag: tag } = await client.createJob({ params: { project_id }, body });
  const change = { params, body: { scale_retry_limit: 1 } };
  await refusedWith('entity_tag_mismatch', client.updateJob({ ...change, ifMatch: 'stale' }));
  await client.updateJob({ ...change, ifMatch: tag });
  assert.equal((await client.getJob({ params })).scale_retry_limit, 1);
  assert.equal((await client.listJobs({ params: { project_id } })).jobs.length, 1);
  await refusedWith('invalid_field', client.createJobRun({ params: { project_id }, body: {} }));
  const run = await client.createJobRun({ params: { project_id }, body: { job_name: 'nightly', name: 'one' } });
  assert.equal(run.status_details?.requested, 3);
  const list = await client.listJobRuns({ params: { project_id }, query: { job_name: 'nightly' } });
  assert.equal(list.job_runs.length, 1);
  assert.equal((await client.getJobRun({ params: { project_id, name: 'one' } })).status, 'pending');
  await client.deleteJobRun({ params: { project_id, name: 'one' } });
  await client.deleteJob({ params });
}

export async function liveOfAFunction(client: Client, project_id: string): Promise<void> {
  const params = { project_id, name: 'hello' };
  const { function_runtimes: runtimes } = await client.listFunctionRuntimes();
  const runtime = runtimes.find((one) => one.default === true)?.id ?? '';
  const body = { name: 'hello', runtime, code_reference: 'data:text/javascript;base64,ZXhwb3J0cw==' };
  const { entity_tag: tag, status } = await client.createFunction({ params: { project_id }, body });
  assert.equal(status, 'offline');
  const change = { params, body: { code_main: 'other' } };
  await refusedWith('entity_tag_mismatch', client.updateFunction({ ...change, ifMatch: 'stale' }));
  await client.updateFunction({ ...change, ifMatch: tag });
  assert.equal((await client.getFunction({ params })).code_main, 'other');
  assert.equal((await client.listFunctions({ params: { project_id } })).functions.length, 1);
  await client.deleteFunction({ params });
}
