/** Code that calls the platform it runs on: with the token in its file, through the door of its project, in its rights. */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { writeFolder } from './app-folder.ts';
import { startPlatform, type TestPlatform } from './platform.ts';
import { ask } from './requests.ts';
import { waitUntil } from './wait-until.ts';

const TOKEN = '/var/run/secrets/kubernetes.io/serviceaccount/token';
const COMPUTE_TOKEN = '/var/run/secrets/codeengine.cloud.ibm.com/compute-resource-token/token';

/** Calls the API as it is asked to, and tells the status and the body, or what the way there had against it. */
const CALLER = {
  'package.json': JSON.stringify({ name: 'caller', scripts: { start: 'node server.js' } }),
  'server.js': `
    const { createServer } = require('node:http');
    const { readFileSync, statSync, readdirSync } = require('node:fs');
    const text = (path) => { try { return readFileSync(path, 'utf8'); } catch (error) { return error.code; } };
    async function call({ method = 'GET', path = '/v2/projects', body, form, token = text('${TOKEN}'), base = process.env.CE_API_BASE_URL }) {
      const headers = { ...(token && { authorization: 'Bearer ' + token }), ...(body && { 'content-type': 'application/json' }) };
      const data = form ? new URLSearchParams(form) : body && JSON.stringify(body);
      try {
        const answer = await fetch(base + path, { method, headers, body: data, signal: AbortSignal.timeout(5000) });
        return { status: answer.status, body: await answer.json() };
      } catch (error) { return { failed: String(error.cause?.code ?? error.name) }; }
    }
    createServer(async (request, response) => {
      const chunks = [];
      for await (const chunk of request) chunks.push(chunk);
      const asked = JSON.parse(Buffer.concat(chunks).toString() || '{}');
      const answer = asked.file
        ? { text: text(asked.file), stat: (({ uid, mode }) => [uid, mode & 0o777])(statSync(asked.file, { throwIfNoEntry: false }) ?? {}) }
        : asked.env ? { env: Object.values(process.env).join(' '), names: Object.keys(process.env) } : await call(asked);
      response.end(JSON.stringify(answer));
    }).listen(process.env.PORT);
  `,
};

let platform: TestPlatform;
let url: string;
let projectId: string;

before(async () => {
  platform = await startPlatform();
  url = await platform.deploy(await writeFolder(join(platform.folder, 'caller'), CALLER), 'caller', [
    '--service-account',
    'reader',
    '--min-scale',
    '1',
  ]);
  projectId = (JSON.parse((await platform.must(['project', 'current', '-o', 'json'])).stdout) as { id: string }).id;
});
after(() => platform?.purge());

interface Answer {
  readonly status?: number;
  readonly failed?: string;
  readonly body?: Readonly<Record<string, unknown>>;
  readonly text?: string;
  readonly stat?: readonly number[];
  readonly env?: string;
  readonly names?: readonly string[];
}

async function inside(what: object): Promise<Answer> {
  const { status, body } = await ask(url, { method: 'POST', body: JSON.stringify(what) });
  assert.equal(status, 200, body);
  return JSON.parse(body) as Answer;
}

function codeOf({ body }: Answer): unknown {
  return (body?.['errors'] as readonly { readonly code: string }[] | undefined)?.[0]?.code;
}

/** Until the new revision answers: the one before takes requests for a moment more. */
async function update(...flags: readonly string[]): Promise<void> {
  await platform.must(['app', 'update', '--name', 'caller', ...flags]);
  const { stdout } = await platform.must(['app', 'get', '--name', 'caller', '-o', 'json']);
  const { status_details: details } = JSON.parse(stdout) as { status_details: { latest_created_revision: string } };
  const isNew = async () => ((await inside({ env: true })).env ?? '').includes(details.latest_created_revision);
  await waitUntil(`${details.latest_created_revision} answers`, isNew);
}

test('service accounts: an app lists the apps of its project with the token in its file, and changes nothing', async () => {
  const apps = `/v2/projects/${projectId}/apps`;
  const listed = await inside({ path: apps });
  assert.equal(listed.status, 200, JSON.stringify(listed));
  const { apps: found = [] } = (listed.body ?? {}) as { readonly apps?: readonly { readonly name: string }[] };
  assert.deepEqual(
    found.map(({ name }) => name),
    ['caller'],
  );
  const created = await inside({ method: 'POST', path: apps, body: { name: 'more', image_reference: 'x' } });
  assert.deepEqual([created.status, codeOf(created)], [403, 'forbidden']);
  const { stdout } = await platform.must(['app', 'list', '-o', 'json']);
  assert.doesNotMatch(stdout, /"more"/);
});

test('service accounts: another project is not there, and without a token or with a wrong one nothing is', async () => {
  await platform.must(['project', 'create', '--name', 'other', '--no-select']);
  const { stdout } = await platform.must(['project', 'get', '--name', 'other', '-o', 'json']);
  const { id } = JSON.parse(stdout) as { readonly id: string };
  const [other, none] = [
    await inside({ path: `/v2/projects/${id}/apps` }),
    await inside({ path: '/v2/projects/x/apps' }),
  ];
  assert.deepEqual([other.status, codeOf(other)], [404, codeOf(none)]);
  assert.equal((await inside({ token: '' })).status, 401);
  assert.equal((await inside({ token: 'slk_wrong' })).status, 401);
});

test('service accounts: the file is for the eyes of the user that the app runs as, and the variables hold no token', async () => {
  const { text = '', stat } = await inside({ file: TOKEN });
  assert.match(text, /^eyJ/);
  const { names = [], env = '' } = await inside({ env: true });
  assert.ok(names.includes('CE_API_BASE_URL'));
  assert.ok(!env.includes(text.slice(-40)));
  assert.equal(stat?.[1], 0o400);
  assert.match((await inside({ file: TOKEN.replace(/token$/, 'namespace') })).text ?? '', /^[a-z0-9-]+$/);
  await update('--user', '1234');
  assert.deepEqual((await inside({ file: TOKEN })).stat, [1234, 0o400]);
  assert.equal((await inside({ path: `/v2/projects/${projectId}/apps` })).status, 200);
});

test('service accounts: the way leads to the API alone, and to that of the own gateway', async () => {
  const { port } = platform.config.api;
  const [, host = ''] =
    /^(10\.\S+) api\.slipway\.internal$/m.exec((await inside({ file: '/etc/hosts' })).text ?? '') ?? [];
  assert.notEqual(host, '');
  // It is the API that answers, and it has no name but its own.
  assert.equal((await inside({ base: `http://${host}:${port}` })).status, 400);
  const others = [`http://${host}:${platform.config.http.port}`, `http://${host}:22`, `http://127.0.0.1:${port}`];
  const [, second = '', rest = ''] = /^10\.(\d+)\.\d+(\..*)$/.exec(host) ?? [];
  // The gateway of the next project: each has 1024 addresses.
  const neighbour = `http://10.${second}.4${rest}:${port}`;
  for (const base of [...others, neighbour]) {
    const answer = await inside({ base });
    assert.ok(answer.failed !== undefined, `${base} ${JSON.stringify(answer)}`);
  }
});

test('service accounts: a daemon that was killed opens the door again, and puts a fresh token in place', async () => {
  const before = (await inside({ file: TOKEN })).text;
  const instances = await platform.runningInstances('caller');
  process.kill(Number(await readFile(join(platform.config.runDir, 'slipwayd.pid'), 'utf8')), 'SIGKILL');
  await platform.must(['up']);
  assert.equal((await inside({ path: `/v2/projects/${projectId}/apps` })).status, 200);
  const { text, stat } = await inside({ file: TOKEN });
  assert.notEqual(text, before);
  assert.deepEqual(stat, [1234, 0o400]);
  assert.deepEqual(await platform.runningInstances('caller'), instances);
});

test('service accounts: a compute resource token is exchanged for one of the API, and is none itself', async () => {
  await update('--trusted-profiles-enabled');
  const { text: computeToken = '' } = await inside({ file: COMPUTE_TOKEN });
  assert.equal((await inside({ token: computeToken })).status, 401);
  const form = { grant_type: 'urn:ibm:params:oauth:grant-type:cr-token', cr_token: computeToken, profile_name: 'any' };
  const exchanged = await inside({ method: 'POST', path: '/identity/token', token: '', form });
  assert.equal(exchanged.status, 200, JSON.stringify(exchanged.body).slice(0, 200));
  const token = exchanged.body?.['access_token'];
  assert.equal((await inside({ path: `/v2/projects/${projectId}/apps`, token })).status, 200);
});

test('service accounts: an account of none has no file, and a writer creates', async () => {
  await update('--service-account', 'writer', '--trusted-profiles-enabled=false');
  const body = { name: 'settings', data: { a: 'b' } };
  const created = await inside({ method: 'POST', path: `/v2/projects/${projectId}/config_maps`, body });
  assert.equal(created.status, 201, JSON.stringify(created));
  await update('--service-account', 'none');
  assert.equal((await inside({ file: TOKEN })).text, 'ENOENT');
  await update('--service-account-clear');
  assert.equal((await inside({ file: TOKEN })).text, 'ENOENT');
  assert.equal((await inside({ token: '' })).status, 401);
});
