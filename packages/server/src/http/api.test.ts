/** Every operation of the table, called by the typed client over HTTP, once with success and once refused. */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import test from 'node:test';
import type { Client } from '@slipway/client';
import { OPERATIONS, type ErrorCode, type Operation, type OperationId } from '@slipway/spec';
import { startRealControl } from '../testing/real-control.ts';
import { refusedWith } from '../testing/refused-with.ts';
import { livesOfMembersAndKeys } from '../testing/member-lives.ts';
import { RESOURCE_LIVES } from '../testing/resource-lives.ts';
import { checkValue } from './check-value.ts';

const IMAGE = 'registry.example/fake/web:1';
const ARCHIVE = new TextEncoder().encode('an archive');
const SHA256 = createHash('sha256').update(ARCHIVE).digest('hex');
const POLLS_MAX = 500;

/** Remembers which operations have succeeded, and holds each answer against the schema it was promised by. */
function watched(client: Client, succeeded: Set<OperationId>): Client {
  const methods = Object.entries(client).map(([id, method]) => {
    const call = async (argument: never): Promise<unknown> => {
      const answer: unknown = await (method as (argument: never) => Promise<unknown>)(argument);
      const operation: Operation = OPERATIONS[id as OperationId];
      if (operation.answer !== 'ndjson' && operation.answer !== 'events') checkValue(operation.returns, answer);
      succeeded.add(id as OperationId);
      return answer;
    };
    return [id, call] as const;
  });
  return Object.fromEntries(methods) as unknown as Client;
}

async function eventually<Value>(read: () => Promise<Value>, isDone: (value: Value) => boolean): Promise<Value> {
  for (let polls = 0; polls < POLLS_MAX; polls += 1) {
    const value = await read();
    if (isDone(value)) return value;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  return assert.fail(`it did not come true within ${POLLS_MAX} looks`);
}

async function liveOfAnApp(client: Client, project_id: string): Promise<void> {
  const params = { project_id, name: 'web' };
  const ofApp = { project_id, app_name: 'web' };
  const created = await client.createApp({
    params: { project_id },
    body: { name: 'web', image_reference: IMAGE, scale_min_instances: 1 },
  });
  assert.equal(created.status, 'deploying');
  const ready = await eventually(
    () => client.getApp({ params }),
    (app) => app.status === 'ready',
  );
  assert.equal(ready.endpoint, 'http://web.shop.localhost:8080');
  assert.equal((await client.listApps({ params: { project_id } })).apps.length, 1);

  const stale = client.updateApp({ params, body: { scale_concurrency: 7 }, ifMatch: 'stale' });
  assert.equal((await refusedWith('entity_tag_mismatch', stale)).status, 412);
  const body = { run_env_variables: [{ name: 'COLOUR', value: 'blue' }] };
  const changed = await client.updateApp({ params, body, ifMatch: ready.entity_tag });
  assert.notEqual(changed.entity_tag, ready.entity_tag);
  await eventually(
    () => client.getApp({ params }),
    (app) => app.status_details?.latest_ready_revision === 'web-00002',
  );

  const { revisions } = await client.listAppRevisions({ params: ofApp });
  assert.deepEqual(
    revisions.map((revision) => String(revision.name)).toSorted((one, other) => one.localeCompare(other)),
    ['web-00001', 'web-00002'],
  );
  assert.equal((await client.getAppRevision({ params: { ...ofApp, name: 'web-00002' } })).app_name, 'web');
  await refusedWith('revision_in_use', client.deleteAppRevision({ params: { ...ofApp, name: 'web-00002' } }));
  await client.deleteAppRevision({ params: { ...ofApp, name: 'web-00001' } });

  const { instances } = await client.listAppInstances({ params: ofApp });
  assert.ok(instances.some((instance) => instance.status === 'running'));
  const { traffic, entity_tag: tag } = await client.getAppTraffic({ params });
  assert.deepEqual(traffic, [{ revision_name: 'web-00002', latest: true, percent: 100 }]);
  const all = { traffic: [{ latest: true, percent: 100 }] };
  assert.deepEqual((await client.replaceAppTraffic({ params, body: all, ifMatch: tag })).traffic, traffic);
  const staleTraffic = client.replaceAppTraffic({ params, body: all, ifMatch: 'stale' });
  await refusedWith('entity_tag_mismatch', staleTraffic);
  const other = { traffic: [{ revision_name: 'web-00001', percent: 100 }] };
  await refusedWith('resource_not_found', client.replaceAppTraffic({ params, body: other, ifMatch: '*' }));
  const less = { traffic: [{ latest: true, percent: 90 }] };
  await refusedWith('invalid_field', client.replaceAppTraffic({ params, body: less, ifMatch: '*' }));
  const { entity_tag: meshTag } = await client.getAppMesh({ params });
  const mesh = { callers: ['cart'], retries: { attempts: 2 } };
  assert.equal((await client.replaceAppMesh({ params, body: mesh, ifMatch: meshTag })).retries?.budget_percent, 20);
  assert.equal((await client.restartApp({ params, body: {} })).name, 'web');
  const unknown = client.restartApp({ params, body: { instance_name: 'web-00001-zzzzz' } });
  await refusedWith('resource_not_found', unknown);
  const { metrics } = await client.listMetrics({ params: { project_id } });
  assert.deepEqual(metrics.find((one) => one.revision_name === 'web-00002')?.actual_instances, 1);
  const { edges, observed } = await client.listEdges({ params: { project_id } });
  assert.deepEqual([edges, observed], [[], false]);
  const text = await client.getPlatformMetrics();
  assert.match(text, /^ibm_codeengine_application_actual_instances\{.*revision_name="web-00002"\} 1$/m);
  const { events } = await client.listAppEvents({ params: ofApp });
  assert.ok(events.length > 0);
  for await (const line of await client.listAppLogs({ params: ofApp, query: { tail: 1 } })) {
    assert.equal(typeof line.text, 'string');
  }
  await client.deleteApp({ params });
}

async function liveOfABuild(client: Client, project_id: string): Promise<void> {
  const upload = { params: { project_id }, query: { sha256: SHA256 }, body: ARCHIVE };
  const source = await client.createSource(upload);
  assert.equal((await client.getSource({ params: { project_id, id: source.id } })).size_bytes, ARCHIVE.length);
  const corrupt = client.createSource({ ...upload, query: { sha256: '0'.repeat(64) } });
  assert.equal((await refusedWith('source_corrupt', corrupt)).status, 400);

  const params = { project_id, name: 'web-build' };
  const build = await client.createBuild({
    params: { project_id },
    body: {
      name: 'web-build',
      output_image: '127.0.0.1:8781/shop/web:1',
      output_secret: '',
      strategy_type: 'dockerfile',
      source_type: 'local',
      source_url: source.source_url,
    },
  });
  const changed = await client.updateBuild({ params, body: { timeout: 60 }, ifMatch: build.entity_tag });
  assert.equal((await client.getBuild({ params })).timeout, 60);
  assert.notEqual(changed.entity_tag, build.entity_tag);
  assert.equal((await client.listBuilds({ params: { project_id } })).builds.length, 1);

  const run = await client.createBuildRun({ params: { project_id }, body: { build_name: 'web-build' } });
  const ofRun = { project_id, name: run.name };
  const lines: string[] = [];
  for await (const line of await client.listBuildRunLogs({ params: ofRun, query: { follow: true } })) {
    lines.push(line.text);
  }
  assert.ok(lines.length > 0);
  const ended = await eventually(
    () => client.getBuildRun({ params: ofRun }),
    ({ status }) => status === 'succeeded' || status === 'failed',
  );
  assert.equal(ended.status, 'succeeded');
  const { build_runs: runs } = await client.listBuildRuns({
    params: { project_id },
    query: { build_name: 'web-build' },
  });
  assert.equal(runs.length, 1);
  const { events } = await client.listEvents({ params: { project_id }, query: { kind: 'build_run', name: run.name } });
  assert.deepEqual([events.at(0)?.reason, events.at(-1)?.reason], ['Started', 'Succeeded']);
  await client.deleteBuildRun({ params: ofRun });
  await client.deleteBuild({ params });
}

test('every operation succeeds over HTTP', async (t) => {
  const succeeded = new Set<OperationId>();
  const started = await startRealControl(t);
  const client = watched(started.client, succeeded);
  assert.equal((await client.getPlatform()).status, 'ready');
  const { build_strategies: strategies } = await client.listBuildStrategies();
  assert.ok(strategies.some(({ name, status }) => name === 'dockerfile' && status === 'available'));
  const project = await client.createProject({ body: { name: 'shop' } });
  assert.ok(project.id);
  const id = project.id;
  await eventually(
    () => client.getProject({ params: { id } }),
    ({ status }) => status === 'active',
  );
  const egress = await client.getProjectEgressIps({ params: { project_id: id } });
  assert.deepEqual(egress, { private: ['192.168.1.5'], public: ['203.0.113.7'] });
  assert.equal((await client.getProjectStatusDetails({ params: { project_id: id } })).project, 'enabled');
  const first = await client.listProjects({ query: { limit: 1 } });
  assert.ok(first.next?.start);
  const second = await client.listProjects({ query: { limit: 1, start: first.next.start } });
  assert.deepEqual([...first.projects, ...second.projects].map(({ name }) => name).toSorted(), ['default', 'shop']);
  const quotas = await client.updateProjectQuotas({ params: { project_id: id }, body: { apps: 7, secrets: null } });
  assert.deepEqual(await client.getProjectQuotas({ params: { project_id: id } }), quotas);
  await liveOfAnApp(client, id);
  await liveOfABuild(client, id);
  for (const live of RESOURCE_LIVES) await live(client, id);
  await client.replaceProjectTags({ params: { project_id: id }, body: { tags: ['team:a', 'team:a'] } });
  assert.deepEqual(await client.getProjectTags({ params: { project_id: id } }), { tags: ['team:a'] });
  assert.equal((await client.updateProject({ params: { id }, body: { name: 'store' } })).name, 'store');
  await livesOfMembersAndKeys(client, id);
  // The meter looks anew for who asks, but not more often than once in a second.
  const { usage } = await eventually(
    () => client.listProjectUsage({ params: { project_id: id }, query: { granularity: 'hour' } }),
    (answer) => answer.usage.some((item) => item.component_name === 'web'),
  );
  assert.ok(usage.every((item) => item.project_id === id));
  assert.ok((await client.listUsage({ query: { granularity: 'total' } })).usage.length > 0);
  const asked = { action: 'codeengine.secret.create', target: 'tokens' };
  const ofProject = await client.listProjectAudit({ params: { project_id: id }, query: asked });
  assert.deepEqual(
    ofProject.audit.map(({ operation, outcome }) => [operation, outcome]),
    [['createSecret', 'success']],
  );
  const { active_key_id: key } = await client.getDataKeys();
  assert.notEqual((await client.rotateDataKeys()).active_key_id, key);
  for await (const event of await client.watchProjects()) if (event.type === 'synced') break;
  const ofApps = await client.watchResources({ params: { project_id: id }, query: { kind: 'app' } });
  for await (const event of ofApps) if (event.type === 'synced') break;
  const ofPlatform = await client.listAudit({ query: { limit: 1 } });
  assert.equal(ofPlatform.audit[0]?.action, 'codeengine.watch.read');
  await client.deleteProject({ params: { id } });
  assert.deepEqual((await client.listReclamations({})).reclamations, [await client.getReclamation({ params: { id } })]);
  await client.restoreProject({ params: { id } });
  await client.deleteProject({ params: { id }, query: { hard: true } });
  assert.deepEqual([...succeeded].toSorted(), Object.keys(OPERATIONS).toSorted());
});

const COMPONENT = { name: 'web', resource_type: 'app_v2' };

/** A valid call of each operation on a project that does not exist; those without a project are refused otherwise. */
const REFUSED: Readonly<
  Record<
    Exclude<
      OperationId,
      | 'getCaller'
      | 'getDataKeys'
      | 'rotateDataKeys'
      | 'getPlatform'
      | 'getPlatformMetrics'
      | 'listBuildStrategies'
      | 'listFunctionRuntimes'
      | 'watchProjects'
    >,
    readonly [code: ErrorCode, call: object]
  >
> = {
  listProjects: ['invalid_field', { query: { limit: 0 } }],
  createProject: ['invalid_field', { body: { name: '' } }],
  getProject: ['resource_not_found', {}],
  deleteProject: ['resource_not_found', {}],
  updateProject: ['resource_not_found', { body: { name: 'store' } }],
  restoreProject: ['resource_not_found', {}],
  getProjectTags: ['resource_not_found', {}],
  replaceProjectTags: ['resource_not_found', { body: { tags: [] } }],
  listAppliedSets: ['resource_not_found', {}],
  replaceAppliedSet: ['resource_not_found', { body: { resources: [] } }],
  deleteAppliedSet: ['resource_not_found', {}],
  listReclamations: ['invalid_field', { query: { limit: 0 } }],
  getReclamation: ['resource_not_found', {}],
  getProjectStatusDetails: ['resource_not_found', {}],
  getProjectEgressIps: ['resource_not_found', {}],
  getProjectQuotas: ['resource_not_found', {}],
  updateProjectQuotas: ['resource_not_found', { body: { apps: 1 } }],
  getInboundRules: ['resource_not_found', {}],
  replaceInboundRules: ['resource_not_found', { body: { rules: [] } }],
  listApps: ['resource_not_found', {}],
  createApp: ['resource_not_found', { body: { name: 'web', image_reference: IMAGE } }],
  getApp: ['resource_not_found', {}],
  updateApp: ['resource_not_found', { body: {}, ifMatch: '*' }],
  deleteApp: ['resource_not_found', {}],
  listAppRevisions: ['resource_not_found', {}],
  getAppRevision: ['resource_not_found', {}],
  deleteAppRevision: ['resource_not_found', {}],
  listAppInstances: ['resource_not_found', {}],
  listBuilds: ['resource_not_found', {}],
  createBuild: [
    'resource_not_found',
    { body: { name: 'b', output_image: IMAGE, output_secret: '', strategy_type: 'dockerfile' } },
  ],
  getBuild: ['resource_not_found', {}],
  updateBuild: ['resource_not_found', { body: {}, ifMatch: '*' }],
  deleteBuild: ['resource_not_found', {}],
  listBuildRuns: ['resource_not_found', {}],
  createBuildRun: ['resource_not_found', { body: { source_type: 'local' } }],
  getBuildRun: ['resource_not_found', {}],
  deleteBuildRun: ['resource_not_found', {}],
  listJobs: ['resource_not_found', {}],
  createJob: ['resource_not_found', { body: { name: 'nightly', image_reference: IMAGE } }],
  getJob: ['resource_not_found', {}],
  updateJob: ['resource_not_found', { body: {}, ifMatch: '*' }],
  deleteJob: ['resource_not_found', {}],
  listJobRuns: ['resource_not_found', {}],
  createJobRun: ['resource_not_found', { body: { job_name: 'nightly' } }],
  getJobRun: ['resource_not_found', {}],
  deleteJobRun: ['resource_not_found', {}],
  listFunctions: ['resource_not_found', {}],
  createFunction: ['resource_not_found', { body: { name: 'f', runtime: 'nodejs-22', code_reference: 'data:,x' } }],
  getFunction: ['resource_not_found', {}],
  updateFunction: ['resource_not_found', { body: {}, ifMatch: '*' }],
  deleteFunction: ['resource_not_found', {}],
  listBindings: ['resource_not_found', {}],
  createBinding: ['resource_not_found', { body: { component: COMPONENT, prefix: 'COS', secret_name: 's' } }],
  getBinding: ['resource_not_found', {}],
  deleteBinding: ['resource_not_found', {}],
  listDomainMappings: ['resource_not_found', {}],
  createDomainMapping: [
    'resource_not_found',
    { body: { name: 'www.example.com', component: COMPONENT, tls_secret: 's' } },
  ],
  getDomainMapping: ['resource_not_found', {}],
  updateDomainMapping: ['resource_not_found', { body: {}, ifMatch: '*' }],
  deleteDomainMapping: ['resource_not_found', {}],
  listPersistentDataStores: ['resource_not_found', {}],
  createPersistentDataStore: ['resource_not_found', { body: { name: 'uploads', storage_type: 'object_storage' } }],
  getPersistentDataStore: ['resource_not_found', {}],
  deletePersistentDataStore: ['resource_not_found', {}],
  listAllowedOutboundDestinations: ['resource_not_found', {}],
  createAllowedOutboundDestination: [
    'resource_not_found',
    { body: { name: 'db', type: 'cidr_block', cidr_block: '10.0.0.0/8' } },
  ],
  getAllowedOutboundDestination: ['resource_not_found', {}],
  updateAllowedOutboundDestination: ['resource_not_found', { body: {}, ifMatch: '*' }],
  deleteAllowedOutboundDestination: ['resource_not_found', {}],
  listSubscriptions: ['resource_not_found', {}],
  createSubscription: ['resource_not_found', { body: { name: 's', type: 'cron', component: COMPONENT } }],
  getSubscription: ['resource_not_found', {}],
  updateSubscription: ['resource_not_found', { body: {}, ifMatch: '*' }],
  deleteSubscription: ['resource_not_found', {}],
  listProjectUsage: ['resource_not_found', {}],
  listUsage: ['invalid_field', { query: { from: 'yesterday' } }],
  watchResources: ['resource_not_found', {}],
  listAudit: ['invalid_field', { query: { since: 'yesterday' } }],
  listProjectAudit: ['resource_not_found', {}],
  listMetrics: ['resource_not_found', {}],
  listEdges: ['resource_not_found', {}],
  listEvents: ['resource_not_found', {}],
  getAppTraffic: ['resource_not_found', {}],
  replaceAppTraffic: ['resource_not_found', { body: { traffic: [{ latest: true, percent: 100 }] }, ifMatch: '*' }],
  getAppMesh: ['resource_not_found', {}],
  replaceAppMesh: ['resource_not_found', { body: {}, ifMatch: '*' }],
  restartApp: ['resource_not_found', { body: {} }],
  listConfigMaps: ['resource_not_found', {}],
  createConfigMap: ['resource_not_found', { body: { name: 'c' } }],
  getConfigMap: ['resource_not_found', {}],
  replaceConfigMap: ['resource_not_found', { body: {}, ifMatch: '*' }],
  deleteConfigMap: ['resource_not_found', {}],
  listSecrets: ['resource_not_found', {}],
  createSecret: ['resource_not_found', { body: { name: 's', format: 'generic' } }],
  getSecret: ['resource_not_found', {}],
  replaceSecret: ['resource_not_found', { body: { format: 'generic' }, ifMatch: '*' }],
  deleteSecret: ['resource_not_found', {}],
  createSource: ['resource_not_found', { query: { sha256: SHA256 }, body: ARCHIVE }],
  getSource: ['resource_not_found', {}],
  listAppLogs: ['resource_not_found', {}],
  listAppEvents: ['resource_not_found', {}],
  listBuildRunLogs: ['resource_not_found', {}],
  listMembers: ['resource_not_found', {}],
  setMember: ['resource_not_found', { body: { role: 'reader' } }],
  removeMember: ['resource_not_found', {}],
  listPlatformMembers: ['invalid_field', { query: { limit: 0 } }],
  setPlatformMember: ['invalid_field', { body: { role: 'reader' } }],
  removePlatformMember: ['resource_not_found', {}],
  listApiKeys: ['invalid_field', { query: { limit: 0 } }],
  createApiKey: ['invalid_field', { body: { name: 'old', expires_at: '2001-01-01T00:00:00Z' } }],
  deleteApiKey: ['resource_not_found', {}],
};

test('every operation that can refuse does so over HTTP', async (t) => {
  const { client } = await startRealControl(t);
  const params = { id: 'none', project_id: 'none', name: 'none', app_name: 'none' };
  for (const [id, [code, call]] of Object.entries(REFUSED)) {
    const method = client[id as OperationId] as (argument: object) => Promise<unknown>;
    await refusedWith(code, method({ params, ...call }));
  }
});
