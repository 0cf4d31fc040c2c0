/** People and programs of different rights on one platform, by the command line and by HTTP, also after a restart. */
import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { startPlatform, type TestPlatform } from './platform.ts';

const GRANT = 'urn:ibm:params:oauth:grant-type:apikey';
const USER = 'anna@example.com';

let platform: TestPlatform;
let key: string;

before(async () => {
  platform = await startPlatform();
  key = (await platform.must(['apikey', 'create', 'laptop', '--owner', USER, '--expires', '1d'])).stdout.trim();
});
after(() => platform?.purge());

interface Answered {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
}

async function callApi(path: string, init: RequestInit): Promise<Answered> {
  const response = await fetch(`http://127.0.0.1:${platform.config.api.port}${path}`, init);
  return { status: response.status, body: (await response.json()) as Answered['body'] };
}

function callAs(credential: string, path: string, init: RequestInit = {}): Promise<Answered> {
  return callApi(path, { ...init, headers: { authorization: `Bearer ${credential}` } });
}

async function tokenOf(apikey: string): Promise<string> {
  const { body } = await callApi('/identity/token', {
    method: 'POST',
    body: new URLSearchParams({ grant_type: GRANT, apikey }),
  });
  return String(body['access_token']);
}

async function projectsSeenBy(credential: string): Promise<number> {
  const { body } = await callAs(credential, '/v2/projects');
  return (body['projects'] as readonly unknown[]).length;
}

test('access: a key alone opens nothing, a role opens the project, and taking it back closes it at once', async () => {
  assert.equal(await projectsSeenBy(key), 0);
  await platform.must(['member', 'add', USER, '--role', 'reader']);
  assert.equal(await projectsSeenBy(key), 1);
  assert.match((await platform.must(['member', 'list'])).stdout, /anna@example\.com +reader/);
  const refused = await callAs(key, '/v2/projects', { method: 'POST' });
  assert.equal(refused.status, 403);
  assert.match(JSON.stringify(refused.body), /Editor of the platform/);
  await platform.must(['member', 'remove', USER, '--force']);
  assert.equal(await projectsSeenBy(key), 0);
});

test('access: keys, tokens and roles outlive a restart, a revoked key does not outlive its revocation', async () => {
  await platform.must(['member', 'add', USER, '--role', 'writer']);
  const token = await tokenOf(key);
  await platform.must(['down']);
  await platform.must(['up']);
  for (const credential of [key, token]) assert.equal(await projectsSeenBy(credential), 1);
  await platform.must(['apikey', 'delete', 'laptop', '--owner', USER, '--force']);
  for (const credential of [key, token]) assert.equal((await callAs(credential, '/v2/caller')).status, 401);
});

test('access: no credential is in a log or in the database', async () => {
  const fresh = (await platform.must(['apikey', 'create', 'ci', '--quiet'])).stdout.trim();
  const token = await tokenOf(fresh);
  assert.equal((await callAs(token, '/v2/caller')).status, 200);
  assert.equal((await callAs(`${fresh}x`, '/v2/caller')).status, 401);
  const { stateDir } = platform.config;
  const files = ['resources.sqlite', 'resources.sqlite-wal', 'daemon.log'].map((name) => join(stateDir, name));
  for (const name of await readdir(join(stateDir, 'logs'))) files.push(join(stateDir, 'logs', name));
  let bytes = 0;
  for (const file of files) {
    const content = await readFile(file, 'latin1');
    bytes += content.length;
    for (const secret of [key, fresh, token]) assert.equal(content.includes(secret), false, file);
  }
  assert.ok(bytes > 0);
});

test('access: mistakes are told with what mends them', async () => {
  const cases = [
    [['member', 'add', 'no name', '--role', 'reader'], 2, /id = "no name"/],
    [['member', 'add', USER, '--role', 'king'], 2, /allowed are manager, writer, reader/],
    [['member', 'remove', 'nobody', '--force'], 3, /Cannot find member "nobody"/],
    [['apikey', 'delete', 'none', '--force'], 3, /Cannot find API key "none"/],
    [['apikey', 'delete', 'slk_secret', '--force'], 2, /slipway apikey list/],
    [['apikey', 'create', 'k', '--expires', 'soon'], 2, /12h or 90d/],
  ] as const;
  for (const [args, code, says] of cases) {
    const result = await platform.slipway(args);
    assert.equal(result.code, code, result.stderr);
    assert.match(result.stderr, says);
  }
});
