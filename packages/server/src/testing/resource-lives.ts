/** For tests of the API: the whole life of every resource that is true as soon as it is stored, over the client. */
import assert from 'node:assert/strict';
import type { Client } from '@slipway/client';
import { TEST_CERTIFICATE, TEST_CERTIFICATE_KEY } from '@slipway/control/testing';
import { refusedWith } from './refused-with.ts';

const IMAGE = 'registry.example/fake/good:1';

async function liveOfAConfigMap(client: Client, project_id: string): Promise<void> {
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

async function liveOfASecret(client: Client, project_id: string): Promise<void> {
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

async function liveOfAJob(client: Client, project_id: string): Promise<void> {
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

async function liveOfAFunction(client: Client, project_id: string): Promise<void> {
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

/** A job to lend something to. */
const JOB = { name: 'worker', resource_type: 'job_v2' };

async function liveOfABinding(client: Client, project_id: string): Promise<void> {
  const project = { params: { project_id } };
  await client.createJob({ ...project, body: { name: JOB.name, image_reference: IMAGE } });
  const access = { service_instance: { id: 'instance-1' } };
  await client.createSecret({ ...project, body: { name: 'cos', format: 'service_access', service_access: access } });
  const body = { component: JOB, prefix: 'COS', secret_name: 'cos' };
  await refusedWith('invalid_field', client.createBinding({ ...project, body: { ...body, secret_name: 'none' } }));
  const { id = '' } = await client.createBinding({ ...project, body });
  assert.equal((await client.getBinding({ params: { project_id, id } })).status, 'pending');
  assert.equal((await client.listBindings(project)).bindings.length, 1);
  await client.deleteBinding({ params: { project_id, id } });
}

async function liveOfADomainMapping(client: Client, project_id: string): Promise<void> {
  const project = { params: { project_id } };
  const params = { project_id, name: 'www.example.com' };
  const code = { runtime: 'nodejs-22', code_reference: 'data:,x' };
  for (const name of ['one', 'two']) await client.createFunction({ ...project, body: { name, ...code } });
  const data = { tls_cert: TEST_CERTIFICATE, tls_key: TEST_CERTIFICATE_KEY };
  await client.createSecret({ ...project, body: { name: 'cert', format: 'tls', data } });
  const body = { name: params.name, component: { name: 'one', resource_type: 'function_v2' }, tls_secret: 'cert' };
  const other = { ...body, name: 'www.example.org' };
  await refusedWith('invalid_field', client.createDomainMapping({ ...project, body: other }));
  const { entity_tag: tag } = await client.createDomainMapping({ ...project, body });
  const change = { params, body: { component: { name: 'two', resource_type: 'function_v2' } } };
  await refusedWith('entity_tag_mismatch', client.updateDomainMapping({ ...change, ifMatch: 'stale' }));
  await client.updateDomainMapping({ ...change, ifMatch: tag });
  const shown = await client.getDomainMapping({ params });
  assert.deepEqual([shown.component.name, shown.status], ['two', 'deploying']);
  assert.equal((await client.listDomainMappings(project)).domain_mappings.length, 1);
  await client.deleteDomainMapping({ params });
}

async function liveOfAPersistentDataStore(client: Client, project_id: string): Promise<void> {
  const project = { params: { project_id } };
  const params = { project_id, name: 'uploads' };
  const login = { access_key_id: 'a', secret_access_key: 'hunter2' };
  await client.createSecret({ ...project, body: { name: 'keys', format: 'hmac_auth', data: login } });
  const data = { bucket_name: 'uploads-eu', bucket_location: 'eu-de', secret_name: 'keys' };
  const body = { name: 'uploads', storage_type: 'object_storage', data } as const;
  const wrong = { ...body, data: { ...data, secret_name: 'none' } };
  await refusedWith('invalid_field', client.createPersistentDataStore({ ...project, body: wrong }));
  await client.createPersistentDataStore({ ...project, body });
  assert.deepEqual((await client.getPersistentDataStore({ params })).data, data);
  assert.equal((await client.listPersistentDataStores(project)).persistent_data_stores.length, 1);
  await client.deletePersistentDataStore({ params });
}

async function liveOfAnAllowedOutboundDestination(client: Client, project_id: string): Promise<void> {
  const project = { params: { project_id } };
  const params = { project_id, name: 'database' };
  const body = { name: 'database', type: 'cidr_block', cidr_block: '10.0.0.0/8' } as const;
  const created = await client.createAllowedOutboundDestination({ ...project, body });
  for (const cidr_block of ['10.1.0.0/16', '203.0.113.0/24', '172.16.0.0/16', '169.254.169.254/32']) {
    const refused = { ...body, name: 'other', cidr_block };
    await refusedWith('invalid_field', client.createAllowedOutboundDestination({ ...project, body: refused }));
  }
  const otherType = { params, body: { type: 'private_path_service_gateway' }, ifMatch: '*' } as const;
  await refusedWith('invalid_field', client.updateAllowedOutboundDestination(otherType));
  const change = { params, body: { type: 'cidr_block', cidr_block: '10.0.0.0/16' } } as const;
  await refusedWith('entity_tag_mismatch', client.updateAllowedOutboundDestination({ ...change, ifMatch: 'stale' }));
  await client.updateAllowedOutboundDestination({ ...change, ifMatch: created.entity_tag ?? '' });
  const shown = await client.getAllowedOutboundDestination({ params });
  assert.deepEqual([shown.cidr_block, shown.status], ['10.0.0.0/16', 'ready']);
  const path = {
    name: 'path',
    type: 'private_path_service_gateway',
    private_path_service_gateway_crn: 'crn:v1:bluemix:public:is:eu-de:a/1::private-path-service-gateway:1',
  } as const;
  const { status, status_details: details } = await client.createAllowedOutboundDestination({ ...project, body: path });
  assert.deepEqual([status, details?.reason], ['failed', 'private_path_not_found']);
  await client.deleteAllowedOutboundDestination({ params: { project_id, name: 'path' } });
  const list = await client.listAllowedOutboundDestinations(project);
  assert.deepEqual(
    list.allowed_outbound_destinations.map(({ cidr_block: cidr, name, status }) => [name, cidr, status]),
    [
      ['allow-all', '0.0.0.0/0', 'ready'],
      ['database', '10.0.0.0/16', 'ready'],
    ],
  );
  await client.deleteAllowedOutboundDestination({ params });
}

async function liveOfInboundRules(client: Client, project_id: string): Promise<void> {
  const project = { params: { project_id } };
  assert.deepEqual(await client.getInboundRules(project), { project_id, rules: [] });
  const rules = [{ cidr_block: '203.0.113.0/24' }, { app: 'web', cidr_block: '9.9.9.9/32' }];
  const wrong = { rules: [{ cidr_block: '203.0.113.1/24' }] };
  await refusedWith('invalid_field', client.replaceInboundRules({ ...project, body: wrong }));
  assert.deepEqual(await client.replaceInboundRules({ ...project, body: { rules } }), { project_id, rules });
  assert.deepEqual(await client.getInboundRules(project), { project_id, rules });
  const { cbr } = await client.getProjectStatusDetails(project);
  assert.deepEqual([cbr.data_plane.enforcement, cbr.data_plane.inbound_private], ['applied', 'partially_restricted']);
  await client.replaceInboundRules({ ...project, body: { rules: [] } });
}

async function liveOfASubscription(client: Client, project_id: string): Promise<void> {
  const project = { params: { project_id } };
  const params = { project_id, name: 'tick' };
  await client.createJob({ ...project, body: { name: 'hourly', image_reference: IMAGE } });
  const body = { name: 'tick', type: 'cron', component: { name: 'hourly', resource_type: 'job_v2' } } as const;
  const wrong = { ...body, cron_schedule: '61 * * * *' };
  await refusedWith('invalid_field', client.createSubscription({ ...project, body: wrong }));
  const { entity_tag: tag } = await client.createSubscription({ ...project, body });
  const change = { params, body: { cron_schedule: '0 * * * *' } };
  await refusedWith('entity_tag_mismatch', client.updateSubscription({ ...change, ifMatch: 'stale' }));
  await client.updateSubscription({ ...change, ifMatch: tag });
  const shown = await client.getSubscription({ params });
  assert.deepEqual([shown.cron_schedule, shown.cron_time_zone, shown.status], ['0 * * * *', 'UTC', 'deploying']);
  const list = await client.listSubscriptions({ ...project, query: { type: 'cron' } });
  assert.equal(list.subscriptions.length, 1);
  await client.deleteSubscription({ params });
}

async function liveOfAnAppliedSet(client: Client, project_id: string): Promise<void> {
  const params = { project_id, name: 'shop' };
  const made = { kind: 'app', name: 'web', source: 'sha256:1', image: IMAGE } as const;
  const resources = [{ ...made, fields: ['image_reference'] }];
  const first = await client.replaceAppliedSet({ params, body: { resources } });
  const second = await client.replaceAppliedSet({ params, body: { resources: [] } });
  assert.equal(second.id, first.id);
  assert.notEqual(second.entity_tag, first.entity_tag);
  await client.replaceAppliedSet({ params, body: { resources } });
  const { applied_sets: sets } = await client.listAppliedSets({ params: { project_id } });
  assert.deepEqual(sets[0]?.resources, resources);
  await refusedWith(
    'invalid_field',
    client.replaceAppliedSet({ params: { project_id, name: 'No Name' }, body: { resources: [] } }),
  );
  await client.deleteAppliedSet({ params });
  await refusedWith('resource_not_found', client.deleteAppliedSet({ params }));
}

export const RESOURCE_LIVES = [
  liveOfAConfigMap,
  liveOfASecret,
  liveOfAJob,
  liveOfAFunction,
  liveOfABinding,
  liveOfADomainMapping,
  liveOfAPersistentDataStore,
  liveOfAnAllowedOutboundDestination,
  liveOfInboundRules,
  liveOfASubscription,
  liveOfAnAppliedSet,
] as const;
