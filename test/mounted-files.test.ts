/** Config maps, secrets and services as a person gives them to an app, and changes them while it runs. */
import assert from 'node:assert/strict';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { writeFolder } from './app-folder.ts';
import { startPlatform, withShortestWaits, type TestPlatform } from './platform.ts';
import { ask } from './requests.ts';
import { waitUntil } from './wait-until.ts';

const NAME = 'reader';

/** Answers with the file or the variable that is asked for, and ends when it is told to: each update ends one. */
const READER = {
  'package.json': JSON.stringify({ name: NAME, scripts: { start: 'node server.js' } }),
  'server.js': `
    const { createServer } = require('node:http');
    const { readFileSync } = require('node:fs');
    createServer((request, response) => {
      const { searchParams } = new URL(request.url, 'http://reader');
      const [file, variable] = ['file', 'variable'].map((name) => searchParams.get(name));
      try { response.end(file ? readFileSync(file, 'utf8') : (process.env[variable] ?? 'unset')); }
      catch (error) { response.end(error.code); }
    }).listen(process.env.PORT);
    process.on('SIGTERM', () => process.exit(0));
  `,
};

let platform: TestPlatform;
let url: string;

before(async () => {
  platform = await startPlatform({ tune: withShortestWaits });
  url = await platform.deploy(await writeFolder(join(platform.folder, NAME), READER), NAME);
});
after(() => platform?.purge());

async function read(query: string): Promise<string> {
  const { status, body } = await ask(`${url}/?${query}`);
  assert.equal(status, 200, body);
  return body;
}

function untilRead(query: string, content: string): Promise<unknown> {
  return waitUntil(`${query} is ${content}`, async () => (await read(query)) === content);
}

test('mounted files: what changes reaches the running instance, without a new revision', async () => {
  await platform.must(['configmap', 'create', '--name', 'settings', '-l', 'colour=blue', '-l', 'size=large']);
  await platform.must(['secret', 'create', '--name', 'tokens', '--from-literal', 'token=one']);
  const mounts = ['--mount-configmap', '/etc/settings=settings', '--mount-secret', '/run/tokens=tokens'];
  const variable = ['--env-from-configmap', 'settings:COLOUR=colour'];
  await platform.must(['app', 'update', '--name', NAME, '--min-scale', '1', ...mounts, ...variable]);
  assert.equal(await read('file=/etc/settings/colour'), 'blue');
  assert.equal(await read('file=/run/tokens/token'), 'one');
  const instances = await platform.runningInstances(NAME);
  await platform.must(['configmap', 'update', '--name', 'settings', '-l', 'colour=red', '--rm', 'size']);
  await untilRead('file=/etc/settings/colour', 'red');
  await untilRead('file=/etc/settings/size', 'ENOENT');
  assert.equal(await read('variable=COLOUR'), 'blue');
  assert.deepEqual(await platform.runningInstances(NAME), instances);
  const { stdout } = await platform.must(['app', 'get', '--name', NAME]);
  assert.match(stdout, /Volume Mounts:[^]*\/etc\/settings +config_map +settings/);
});

test('mounted files: a daemon that was killed goes on changing them in the instance it finds', async () => {
  const instances = await platform.runningInstances(NAME);
  const daemon = await findDaemon();
  process.kill(daemon, 'SIGKILL');
  await platform.must(['up']);
  assert.notEqual(await findDaemon(), daemon);
  await platform.must(['secret', 'update', '--name', 'tokens', '--from-literal', 'token=two']);
  await untilRead('file=/run/tokens/token', 'two');
  assert.deepEqual(await platform.runningInstances(NAME), instances);
});

test('mounted files: an app that slept through a change wakes with the new content', async () => {
  await platform.must(['app', 'update', '--name', NAME, '--min-scale', '0']);
  await waitUntil('it sleeps', async () => (await platform.runningInstances(NAME)).length === 0);
  await platform.must(['secret', 'update', '--name', 'tokens', '--from-literal', 'token=three']);
  assert.equal(await read('file=/run/tokens/token'), 'three');
});

test('mounted files: an app whose secret was deleted says so, and comes back with it', async () => {
  await waitUntil('it sleeps', async () => (await platform.runningInstances(NAME)).length === 0);
  // One that stands frozen goes on seeing what it had mounted.
  await platform.must(['app', 'update', '--name', NAME, '--standby', 'created']);
  await waitUntil('it sleeps', async () => (await platform.runningInstances(NAME)).length === 0);
  await platform.must(['secret', 'delete', '--name', 'tokens', '--force']);
  const answer = await waitUntil('it cannot start', async () => {
    const one = await ask(url);
    return one.status === 503 && one;
  });
  assert.match(answer.body, /the secret "tokens" that is mounted on \/run\/tokens does not exist/);
  await platform.must(['secret', 'create', '--name', 'tokens', '--from-literal', 'token=four']);
  await waitUntil('it starts again', async () => (await ask(`${url}/?file=/run/tokens/token`)).body === 'four');
});

test('mounted files: mistakes are told with what to do', async () => {
  const update = (...flags: readonly string[]) => platform.slipway(['app', 'update', '--name', NAME, ...flags]);
  for (const [flags, says] of [
    [['--mount-secret', '/run/more=none'], /no secret "none" in the project/],
    [['--mount-secret', '/run/tokens/more=tokens'], /lie one in the other/],
    [['--mount-configmap', '/etc=settings'], /the platform keeps \/etc\/\w+/],
    [['--mount-configmap', 'settings'], /must be DIR=NAME/],
    [['--mount-rm', '/nowhere'], /nothing is mounted there/],
  ] as const) {
    const { code, stderr } = await update(...flags);
    assert.equal(code, 2, stderr);
    assert.match(stderr, says);
  }
  await platform.must(['app', 'update', '--name', NAME, '--mount-rm', '/run/tokens']);
  assert.equal(await read('file=/run/tokens/token'), 'ENOENT');
});

test('a bound service gives its credentials to the app until it is unbound', async () => {
  const key = join(platform.folder, 'key.json');
  await writeFile(key, JSON.stringify({ apikey: 'hunter2', endpoints: { public: 'https://storage.example.com' } }));
  const crn = 'crn:v1:local:public:cloud-object-storage:global:a/1:2::';
  const format = ['--format', 'service_access', '--service-instance-id', crn];
  await platform.must(['secret', 'create', '--name', 'cos', ...format, '--from-json-file', key]);
  await platform.must(['app', 'bind', '--name', NAME, '--service-instance', 'cos']);
  await untilRead('variable=CLOUD_OBJECT_STORAGE_APIKEY', 'hunter2');
  const services = JSON.parse(await read('variable=CE_SERVICES')) as Record<
    string,
    readonly { credentials: unknown }[]
  >;
  assert.deepEqual(services['cloud-object-storage']?.[0]?.credentials, JSON.parse(await readFile(key, 'utf8')));
  const { stdout } = await platform.must(['app', 'get', '--name', NAME]);
  assert.match(stdout, /Service Bindings:[^]*cos +CLOUD_OBJECT_STORAGE +active/);
  await platform.must(['app', 'bind', '--name', NAME, '--service-instance-id', crn]);
  await untilRead('variable=CLOUD_OBJECT_STORAGE_2_APIKEY', 'hunter2');
  await platform.must(['app', 'unbind', '--name', NAME, '--all']);
  await untilRead('variable=CLOUD_OBJECT_STORAGE_APIKEY', 'unset');
  const unknown = await platform.slipway(['app', 'bind', '--name', NAME, '--service-instance', 'none']);
  assert.equal(unknown.code, 3, unknown.stderr);
  assert.match(unknown.stderr, /no service_access secret fits "none"/);
  const again = await platform.must(['app', 'unbind', '--name', NAME, '--all']);
  assert.match(again.stderr, /has no bindings/);
  const nowhere = await platform.slipway(['app', 'unbind', '--name', 'nowhere', '--all']);
  assert.equal(nowhere.code, 3, nowhere.stderr);
});

async function findDaemon(): Promise<number> {
  for (const pid of await readdir('/proc')) {
    if (!/^\d+$/.test(pid)) continue;
    const words = (await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')).split('\0');
    const isOurs = words.some((word) => word.includes(platform.config.stateDir));
    if (isOurs && words.some((word) => word.includes('packages/server/'))) return Number(pid);
  }
  assert.fail('the daemon runs');
}
