/**
 * What people do wrong: each mistake gets a message that names it and says what to do, an exit code of its kind, and
 * leaves no app behind.
 */
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { mkdir, symlink, truncate, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { runProcess } from '@slipway/process';
import { EXITS_AT_ONCE, NEVER_LISTENS, textApp, writeFolder } from './app-folder.ts';
import { freshPlatformName, runSlipway, startPlatform, withShortWaits, type TestPlatform } from './platform.ts';
import { ask } from './requests.ts';

/** Exit codes as documented: 2 usage, 3 not found, 5 conflict, 6 build failed, 7 unhealthy, 8 timeout. */
const HUGE_BYTES = 260 * 1024 * 1024;
let platform: TestPlatform;

before(async () => {
  platform = await startPlatform({ tune: withShortWaits });
});
after(() => platform?.purge());

interface Mistake {
  readonly title: string;
  /** Prepares a folder and gives it back. */
  readonly folder: (path: string) => Promise<string>;
  readonly name?: string;
  readonly says: RegExp;
  readonly codes: readonly number[];
}

const MISTAKES: readonly Mistake[] = [
  {
    title: 'a folder that does not exist',
    folder: async (path) => path,
    says: /cannot.*(find|read).*(no such|does not exist|not found)|does not exist|no such/i,
    codes: [2, 3],
  },
  {
    title: 'an empty folder',
    folder: (path) => writeFolder(path, {}),
    says: /empty|no file/i,
    codes: [2, 6],
  },
  {
    title: 'a folder of which nothing is known',
    folder: (path) => writeFolder(path, { 'notes.txt': 'hello' }),
    says: /index\.html|package\.json|Dockerfile/,
    codes: [2, 6],
  },
  {
    title: 'a folder that is too large',
    folder: async (path) => {
      await writeFolder(path, textApp('large'));
      await writeFile(join(path, 'large.bin'), '');
      await truncate(join(path, 'large.bin'), HUGE_BYTES);
      return path;
    },
    says: /large|more than|limit|\.ceignore/i,
    codes: [2],
  },
  {
    title: 'a Dockerfile that cannot be built',
    folder: (path) => writeFolder(path, { Dockerfile: 'FROM slipway/node:24\nRUN exit 41\n' }),
    says: /41|RUN exit/,
    codes: [6],
  },
  {
    title: 'a Dockerfile that is none',
    folder: (path) => writeFolder(path, { Dockerfile: 'COOK dinner\n' }),
    says: /Dockerfile|FROM/,
    codes: [2, 6],
  },
  {
    title: 'a base image that does not exist',
    folder: (path) => writeFolder(path, { Dockerfile: 'FROM slipway/cobol:1960\n' }),
    says: /slipway\/cobol/,
    codes: [2, 3, 6],
  },
  {
    title: 'a name that is no name',
    folder: (path) => writeFolder(path, textApp('x')),
    name: 'Not_A_Name',
    says: /Not_A_Name/,
    codes: [2],
  },
  {
    title: 'a program that ends at once',
    folder: (path) => writeFolder(path, EXITS_AT_ONCE),
    says: /exit|ended|code 3/i,
    codes: [7],
  },
  {
    title: 'a program that never listens',
    folder: (path) => writeFolder(path, NEVER_LISTENS),
    says: /listen|port/i,
    codes: [7, 8],
  },
];

for (const [index, mistake] of MISTAKES.entries()) {
  test(`mistakes: ${mistake.title}`, async () => {
    const folder = await mistake.folder(join(platform.folder, `mistake-${index}`));
    const { code, stdout, stderr } = await platform.slipway(['deploy', folder, '--name', mistake.name ?? `m${index}`]);
    assert.match(stderr, mistake.says);
    assert.ok(mistake.codes.includes(code), `exit code ${code}, wanted one of ${mistake.codes.join(', ')}:\n${stderr}`);
    assert.equal(stdout, '', 'standard output stays empty');
    assert.doesNotMatch(stderr, /\n\s+at .*:\d+:\d+|TypeError|undefined|\[object/, 'people get words, not a stack');
  });
}

test('mistakes: a link that leads out of the folder takes nothing with it', async () => {
  const folder = await writeFolder(join(platform.folder, 'link'), textApp('inside'));
  await symlink('/etc/shadow', join(folder, 'outside.txt'));
  const { code, stderr, stdout } = await platform.slipway(['deploy', folder, '--name', 'link']);
  if (code === 0) assert.equal((await ask(stdout.trim())).body, 'inside');
  else assert.match(stderr, /outside\.txt|link/i);
});

test('mistakes: an image that does not exist is refused by its name', async () => {
  const image = 'localhost:1/nobody/nothing:v1';
  const { code, stderr } = await platform.slipway(['app', 'create', '--name', 'nothing', '--image', image]);
  assert.notEqual(code, 0);
  assert.match(stderr, /nothing/);
});

test('mistakes: an app that cannot start answers 503 with a reason, at once and not after a hang', async () => {
  await writeFolder(join(platform.folder, 'crash'), EXITS_AT_ONCE);
  await platform.slipway(['deploy', join(platform.folder, 'crash'), '--name', 'crash']);
  const { stdout } = await platform.must(['app', 'get', '--name', 'crash', '--output', 'url']);
  const answer = await ask(stdout.trim(), { timeoutMs: 30_000 });
  assert.equal(answer.status, 503);
  assert.ok(answer.body.length > 0);
});

test('mistakes: an unknown host is 404 with a hint', async () => {
  const answer = await ask(platform.urlOf('nobody.nowhere.localhost'));
  assert.equal(answer.status, 404);
  assert.match(answer.body, /nobody\.nowhere\.localhost|no app/i);
});

test('mistakes: an unknown command and an unknown flag are usage errors', async () => {
  for (const args of [['deplyo'], ['deploy', '--colour', 'red']]) {
    const { code, stderr } = await platform.slipway(args);
    assert.equal(code, 2, stderr);
    assert.match(stderr, /unknown|understand|did you mean/i);
  }
});

test('mistakes: an app that does not exist is "not found"', async () => {
  const { code, stderr } = await platform.slipway(['app', 'get', '--name', 'nobody']);
  assert.equal(code, 3, stderr);
  assert.match(stderr, /nobody/);
});

test('mistakes: a platform that is not up says how to start it', async () => {
  const { code, stderr } = await runSlipway(['app', 'list', '--platform', freshPlatformName()]);
  assert.notEqual(code, 0);
  assert.match(stderr, /slipway up/);
});

test('mistakes: a port that is taken is named', async (t) => {
  const server = createServer().listen(0, '127.0.0.1');
  t.after(() => server.close());
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as AddressInfo;
  const name = freshPlatformName();
  t.after(() => runSlipway(['down', '--purge', '--force', '--platform', name]));
  const stateDir = join(platform.folder, name);
  const { code, stderr } = await runSlipway([
    'up',
    '--platform',
    name,
    '--state-dir',
    stateDir,
    '--http-port',
    `${port}`,
  ]);
  assert.notEqual(code, 0);
  assert.match(stderr, new RegExp(`${port}`));
  assert.ok(!existsSync(stateDir), 'no platform is made that cannot run');
});

test('mistakes: a full disk is said in words, and what was there goes on', async (t) => {
  const mount = join(platform.folder, 'small-disk');
  await mkdir(mount);
  await runProcess(['mount', '-t', 'tmpfs', '-o', 'size=48m', 'slipway-test', mount]);
  t.after(() => runProcess(['umount', '--lazy', mount]));
  await using small = await startPlatform({ stateDir: join(mount, 'state') });
  const folder = await writeFolder(join(platform.folder, 'filling'), textApp('x'));
  const { code, stderr } = await small.slipway(['deploy', folder, '--name', 'filling']);
  assert.notEqual(code, 0);
  assert.match(stderr, /disk|space/i);
  await small.must(['app', 'list']);
});
