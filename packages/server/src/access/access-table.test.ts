/**
 * Every operation × everyone, over real HTTP with the real control plane. What is expected is written out here by hand,
 * operation by operation, and not derived from the access levels of the table, which it checks.
 */
import assert from 'node:assert/strict';
import test from 'node:test';
import type { Client } from '@slipway/client';
import { OPERATIONS, type Operation, type OperationId } from '@slipway/spec';
import { startRealControl } from '../testing/real-control.ts';

const EVERYONE = [
  'nobody',
  'stranger',
  'reader',
  'writer',
  'manager',
  'viewer',
  'operator',
  'editor',
  'administrator',
] as const;
type Who = (typeof EVERYONE)[number];

/** In the order of EVERYONE. `-` is no credential (401), `?` a project that seems not to exist (404), `x` forbidden (403). */
const OUTCOMES = {
  everyone: '- o o o o o o o o',
  seesTheProject: '- ? o o o o o o o',
  reads: '- ? o o o x x x o',
  writes: '- ? x o o x x x o',
  manages: '- ? x x o x x x o',
  createsProjects: '- x x x x x x o o',
  deletesProjects: '- ? x x x x x o o',
  seesThePlatform: '- x x x x o o o o',
  administers: '- x x x x x x x o',
  administersTheProject: '- ? x x x x x x o',
} as const;

const EXPECTED: Readonly<Record<OperationId, keyof typeof OUTCOMES>> = {
  listProjects: 'everyone',
  createProject: 'createsProjects',
  getProject: 'seesTheProject',
  deleteProject: 'deletesProjects',
  updateProject: 'deletesProjects',
  restoreProject: 'deletesProjects',
  getProjectTags: 'reads',
  replaceProjectTags: 'deletesProjects',
  listReclamations: 'seesThePlatform',
  getReclamation: 'seesThePlatform',
  getProjectQuotas: 'reads',
  updateProjectQuotas: 'administersTheProject',
  getInboundRules: 'reads',
  replaceInboundRules: 'writes',
  getProjectStatusDetails: 'seesTheProject',
  getProjectEgressIps: 'seesTheProject',

  listApps: 'reads',
  createApp: 'writes',
  getApp: 'reads',
  updateApp: 'writes',
  deleteApp: 'writes',
  listAppRevisions: 'reads',
  getAppRevision: 'reads',
  deleteAppRevision: 'writes',
  listAppInstances: 'reads',
  listAppLogs: 'reads',
  listAppEvents: 'reads',

  listJobs: 'reads',
  createJob: 'writes',
  getJob: 'reads',
  updateJob: 'writes',
  deleteJob: 'writes',
  listJobRuns: 'reads',
  createJobRun: 'writes',
  getJobRun: 'reads',
  deleteJobRun: 'writes',

  listFunctionRuntimes: 'everyone',
  listFunctions: 'reads',
  createFunction: 'writes',
  getFunction: 'reads',
  updateFunction: 'writes',
  deleteFunction: 'writes',

  listBuilds: 'reads',
  createBuild: 'writes',
  getBuild: 'reads',
  updateBuild: 'writes',
  deleteBuild: 'writes',
  listBuildRuns: 'reads',
  createBuildRun: 'writes',
  getBuildRun: 'reads',
  deleteBuildRun: 'writes',
  listBuildRunLogs: 'reads',
  createSource: 'writes',
  getSource: 'reads',

  listBindings: 'reads',
  createBinding: 'writes',
  getBinding: 'reads',
  deleteBinding: 'writes',

  listConfigMaps: 'reads',
  createConfigMap: 'writes',
  getConfigMap: 'reads',
  replaceConfigMap: 'writes',
  deleteConfigMap: 'writes',

  listSecrets: 'reads',
  createSecret: 'writes',
  getSecret: 'reads',
  replaceSecret: 'writes',
  deleteSecret: 'writes',

  listDomainMappings: 'reads',
  createDomainMapping: 'writes',
  getDomainMapping: 'reads',
  updateDomainMapping: 'writes',
  deleteDomainMapping: 'writes',

  listPersistentDataStores: 'reads',
  createPersistentDataStore: 'writes',
  getPersistentDataStore: 'reads',
  deletePersistentDataStore: 'writes',

  listAllowedOutboundDestinations: 'reads',
  createAllowedOutboundDestination: 'writes',
  getAllowedOutboundDestination: 'reads',
  updateAllowedOutboundDestination: 'writes',
  deleteAllowedOutboundDestination: 'writes',

  listAppliedSets: 'reads',
  replaceAppliedSet: 'writes',
  deleteAppliedSet: 'writes',

  listSubscriptions: 'reads',
  createSubscription: 'writes',
  getSubscription: 'reads',
  updateSubscription: 'writes',
  deleteSubscription: 'writes',

  listProjectUsage: 'reads',
  listUsage: 'seesThePlatform',
  listMetrics: 'reads',
  listEdges: 'reads',
  getPlatformMetrics: 'seesThePlatform',
  listEvents: 'reads',
  listBuildStrategies: 'everyone',
  getAppTraffic: 'reads',
  replaceAppTraffic: 'writes',
  getAppMesh: 'reads',
  replaceAppMesh: 'writes',
  restartApp: 'writes',

  listMembers: 'reads',
  setMember: 'manages',
  removeMember: 'manages',
  listPlatformMembers: 'seesThePlatform',
  setPlatformMember: 'administers',
  removePlatformMember: 'administers',

  watchResources: 'reads',
  watchProjects: 'everyone',
  getDataKeys: 'administers',
  rotateDataKeys: 'administers',
  listAudit: 'administers',
  listProjectAudit: 'manages',

  getPlatform: 'everyone',
  getCaller: 'everyone',
  listApiKeys: 'everyone',
  createApiKey: 'everyone',
  deleteApiKey: 'everyone',
};

type Outcome = '-' | '?' | 'x' | 'o';

/** One API key for each, except for nobody. */
async function letEveryoneIn(client: Client, project_id: string): Promise<ReadonlyMap<Who, string>> {
  for (const role of ['reader', 'writer', 'manager'] as const) {
    await client.setMember({ params: { project_id, id: role }, body: { role } });
  }
  for (const role of ['viewer', 'operator', 'editor', 'administrator'] as const) {
    await client.setPlatformMember({ params: { id: role }, body: { role } });
  }
  const keys = EVERYONE.filter((who) => who !== 'nobody').map(async (who) => {
    const { apikey } = await client.createApiKey({ body: { name: who, owner: who } });
    return [who, apikey] as const;
  });
  return new Map(await Promise.all(keys));
}

/** Without a body: who may call gets as far as the check of it, and nothing changes. */
async function ask(
  { origin, id, project_id }: { readonly origin: string; readonly id: OperationId; readonly project_id: string },
  key: string | undefined,
): Promise<{ readonly outcome: Outcome; readonly message: string }> {
  const { method, path }: Operation = OPERATIONS[id];
  const isOfProject = path.startsWith('/projects/{');
  const place = path.replace(isOfProject ? /\{\w+\}/ : /^$/, project_id).replaceAll(/\{\w+\}/g, 'none');
  const headers = key === undefined ? {} : { authorization: `Bearer ${key}` };
  const response = await fetch(`${origin}/v2${place}`, { method, headers });
  const isJson = response.headers.get('content-type')?.includes('json') ?? false;
  const { errors } = (isJson ? await response.json() : {}) as {
    readonly errors?: readonly { code: string; message: string }[];
  };
  const { code = '', message = '' } = errors?.[0] ?? {};
  assert.ok(response.status < 500, `${id}: ${message}`);
  if (response.status === 401) return { outcome: '-', message };
  if (code === 'forbidden') return { outcome: 'x', message };
  return { outcome: message === `Cannot find project "${project_id}"` ? '?' : 'o', message };
}

test('every operation answers everyone as it should', async (t) => {
  assert.deepEqual(Object.keys(EXPECTED).toSorted(), Object.keys(OPERATIONS).toSorted());
  const { client, origin } = await startRealControl(t);
  const { id: project_id = '' } = await client.createProject({ body: { name: 'shop' } });
  const keys = await letEveryoneIn(client, project_id);
  const differences: string[] = [];
  let asked = 0;
  for (const [id, row] of Object.entries(EXPECTED) as [OperationId, keyof typeof OUTCOMES][]) {
    // The one call that succeeds without a body takes its project with it: it comes last.
    if (id === 'deleteProject') continue;
    const answers = await Promise.all(EVERYONE.map((who) => ask({ origin, id, project_id }, keys.get(who))));
    asked += answers.length;
    const got = answers.map(({ outcome }) => outcome).join(' ');
    if (got !== OUTCOMES[row]) differences.push(`${id}: ${got}, expected ${OUTCOMES[row]}`);
  }
  const last: string[] = [];
  for (const who of EVERYONE) {
    // What the editor's call has deleted tells nothing of the administrator's.
    const place =
      who === 'administrator' ? await client.createProject({ body: { name: 'other' } }) : { id: project_id };
    const answer = await ask({ origin, id: 'deleteProject', project_id: place.id ?? '' }, keys.get(who));
    last.push(answer.outcome);
  }
  assert.equal(last.join(' '), OUTCOMES[EXPECTED.deleteProject]);
  assert.deepEqual(differences, []);
  t.diagnostic(`${asked + last.length} calls`);
});

test('a project that may not be seen and one that does not exist have one answer, for every operation', async (t) => {
  const { client, origin } = await startRealControl(t);
  const { id: project_id = '' } = await client.createProject({ body: { name: 'shop' } });
  const { apikey } = await client.createApiKey({ body: { name: 'stranger', owner: 'stranger' } });
  const none = project_id.replace(/^./, (digit) => (digit === '0' ? '1' : '0'));
  let compared = 0;
  for (const [id, { path }] of Object.entries(OPERATIONS) as [OperationId, Operation][]) {
    if (!path.startsWith('/projects/{')) continue;
    const asked = [project_id, none].map((place) => ask({ origin, id, project_id: place }, apikey));
    const [hidden, missing] = await Promise.all(asked);
    assert.ok(hidden && missing);
    assert.equal(hidden.message.replace(project_id, 'ID'), missing.message.replace(none, 'ID'), id);
    assert.equal(hidden.outcome, '?', id);
    compared += 1;
  }
  assert.ok(compared > 60, `${compared} operations`);
});
