/** The tokens of what runs: who has one, that each has its own, and that they are replaced in place before they end. */
import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import type { ServiceTokenIssuer, ServiceTokenRequest } from '@slipway/control';
import { createManualClock } from '@slipway/engine/testing';
import type { AppPrototype } from '@slipway/spec';
import { openControlBench, until, type ControlBench } from './control-bench.ts';

const IMAGE = 'docker.io/fake/good:latest';
const API_FOLDER = '/var/run/secrets/kubernetes.io/serviceaccount';
const COMPUTE_FILE = '/var/run/secrets/codeengine.cloud.ibm.com/compute-resource-token/token';
const LIFETIME_MS = 60 * 60_000;

/** Tokens that say what they were made for, and their number. */
function issuerAt(clock: { now(): Date }) {
  const asked: ServiceTokenRequest[] = [];
  const issuer: ServiceTokenIssuer = {
    async mintServiceToken(request) {
      asked.push(request);
      const at = (ms: number) => new Date(clock.now().getTime() + ms).toISOString();
      const token = `${request.subject} ${request.role} ${request.audience} ${asked.length}`;
      return { token, expiresAt: at(LIFETIME_MS), renewAt: at(LIFETIME_MS / 2) };
    },
  };
  return { issuer, asked };
}

async function openBench(t: TestContext) {
  const clock = createManualClock();
  const { issuer, asked } = issuerAt(clock);
  return { bench: await openControlBench(t, { clock, serviceTokens: issuer }), clock, asked };
}

async function createApp(bench: ControlBench, name: string, body: Partial<AppPrototype>): Promise<void> {
  const complete = { name, image_reference: IMAGE, ...body };
  await bench.call('createApp', { project_id: bench.projectId }, { body: complete });
  await until(`${name} answers`, async () => {
    const answer = await read(bench, name, '/');
    return answer === 'no revision is ready' || answer === 'no such host' ? undefined : true;
  });
}

/** What a running instance of the app reads. */
function read(bench: ControlBench, name: string, path: string): Promise<string> {
  return bench.machine.request(`${name}.default.localhost`, `/file?path=${path}`).text();
}

test('an app finds the token of its own account, and one without an account finds none', async (t) => {
  const { asked, bench } = await openBench(t);
  await createApp(bench, 'writer', { run_service_account: 'writer' });
  await createApp(bench, 'reader', { run_service_account: 'reader', run_compute_resource_token_enabled: true });
  await createApp(bench, 'plain', {});
  await createApp(bench, 'none', { run_service_account: 'none' });
  assert.equal(await read(bench, 'writer', `${API_FOLDER}/token`), 'app/writer writer slipway-api 1');
  assert.equal(await read(bench, 'writer', `${API_FOLDER}/namespace`), 'default');
  assert.equal(await read(bench, 'reader', `${API_FOLDER}/token`), 'app/reader reader slipway-api 2');
  assert.equal(await read(bench, 'reader', COMPUTE_FILE), 'app/reader reader slipway-identity 3');
  for (const name of ['plain', 'none']) {
    for (const path of [`${API_FOLDER}/token`, COMPUTE_FILE])
      assert.equal(await read(bench, name, path), 'no such file');
  }
  assert.equal(asked.length, 3);
  const volumes = bench.machine.projects.get(bench.projectId)?.volumes ?? [];
  assert.deepEqual(
    volumes.map(({ volumeName, isPrivate }) => `${volumeName.replace(/ \([^)]+\)$/, '')} ${isPrivate}`).toSorted(),
    [
      'compute resource token of revision "reader-00001" true',
      'token of revision "reader-00001" true',
      'token of revision "writer-00001" true',
    ],
  );
  const app = await bench.call('getApp', { project_id: bench.projectId, name: 'writer' });
  const variables = Object.fromEntries((app.computed_env_variables ?? []).map(({ name, value }) => [name, value]));
  assert.equal(variables['CE_API_BASE_URL'], 'http://api.slipway.internal:8780');
  assert.doesNotMatch(JSON.stringify(app), /slipway-api/);
});

test('a token is replaced in place before it ends, and with what runs it goes', async (t) => {
  const { asked, bench, clock } = await openBench(t);
  await createApp(bench, 'web', { run_service_account: 'reader' });
  const revision = (await bench.call('getApp', { project_id: bench.projectId, name: 'web' })).status_details;
  for (let minutes = 0; minutes < 29; minutes += 1) clock.advance(60_000);
  assert.equal(await read(bench, 'web', `${API_FOLDER}/token`), 'app/web reader slipway-api 1');
  // Each full pass begins its own wait when it has ended.
  await until('a fresh token', async () => {
    clock.advance(60_000);
    return (await read(bench, 'web', `${API_FOLDER}/token`)) === 'app/web reader slipway-api 2' ? true : undefined;
  });
  assert.deepEqual((await bench.call('getApp', { project_id: bench.projectId, name: 'web' })).status_details, revision);

  await bench.call(
    'updateApp',
    { project_id: bench.projectId, name: 'web' },
    { ifMatch: '*', body: { run_service_account: 'none' } },
  );
  await until('no token', async () => {
    clock.advance(60_000);
    const found = await read(bench, 'web', `${API_FOLDER}/token`);
    return found === 'no such file' && bench.machine.projects.get(bench.projectId)?.volumes?.length === 0
      ? true
      : undefined;
  });
  const count = asked.length;
  await bench.restart();
  assert.equal(asked.length, count);
});

test('an app of the same name later gets no token of the one before', async (t) => {
  const { bench } = await openBench(t);
  await createApp(bench, 'web', { run_service_account: 'writer' });
  await bench.call('deleteApp', { project_id: bench.projectId, name: 'web' });
  await until('the app is gone', async () =>
    (await bench.call('listApps', { project_id: bench.projectId })).apps.length === 0 ? true : undefined,
  );
  await createApp(bench, 'web', { run_service_account: 'reader' });
  const token = await until('a token', async () => {
    const found = await read(bench, 'web', `${API_FOLDER}/token`);
    return found.startsWith('app/web ') ? found : undefined;
  });
  assert.match(token, /^app\/web reader /);
});
