/** Config maps and secrets as files of real instances: what is inside, who may do what with it, and what stays of it. */
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, symlinkSync } from 'node:fs';
import { test } from 'node:test';
import { EngineFault, type VolumeWorkload } from '@slipway/engine';
import { VOLUME_LIMITS } from '@slipway/spec';
import { StartFailure, type Instance } from '../instance/instance-runtime.ts';
import { openRuntimeBed, requestFor, until, type RuntimeBed } from '../testing/runtime-bed.ts';

const BED = { platformId: 'tv', cidr: '10.205.0.0/17', userBase: 1_180_000_000 } as const;
const signal = new AbortController().signal;
const NAME = 'secret "tokens"';
const PATH = '/etc/app/tokens';

/** Answers with the value of the expression in the query. */
const ORACLE = `const fs = require('fs'); require('http').createServer(async (q, s) => {
  try { s.end(JSON.stringify(await eval(decodeURIComponent(q.url.slice(2))) ?? null)); }
  catch (error) { s.end(JSON.stringify(error.code ?? String(error))); }
}).listen(process.env.PORT)`;

async function ask(instance: Instance, expression: string): Promise<unknown> {
  const url = `http://${instance.address}:${instance.port}/?${encodeURIComponent(expression)}`;
  const { value } = await until(`an answer of ${instance.instanceName}`, () =>
    fetch(url).then(
      async (response) => ({ value: await response.json() }),
      () => undefined,
    ),
  );
  return value;
}

function tokens(files: VolumeWorkload['files']): readonly VolumeWorkload[] {
  return [{ volumeName: NAME, files }];
}

async function apply(bed: RuntimeBed, volumes?: readonly VolumeWorkload[], projectId = 'p1'): Promise<void> {
  await bed.runtime.applyProject({ projectId, subdomain: projectId, ...(volumes && { volumes }) });
}

async function start(
  bed: RuntimeBed,
  name: string,
  { userId, path = PATH }: { readonly userId?: number; readonly path?: string } = {},
): Promise<Instance> {
  const mounts = [{ volumeName: NAME, path }];
  const revision = { arguments: [ORACLE], mounts, ...(userId !== undefined && { userId }) };
  return bed.runtime.start(requestFor('p1', name, revision), signal);
}

function volumeMounts(bed: RuntimeBed): readonly string[] {
  const lines = readFileSync('/proc/self/mounts', 'utf8').split('\n');
  return lines.filter((line) => line.includes(`${bed.config.runDir}/v/`));
}

test('an instance reads its files as root and as any user, and can neither change nor run them', async () => {
  await using bed = await openRuntimeBed(BED);
  await bed.runtime.adopt();
  const files = { token: 'ä€😀\r\n', empty: '', '.dot': 'x' };
  await apply(bed, tokens(files));
  for (const instance of [await start(bed, 'web-00001-root'), await start(bed, 'web-00001-user', { userId: 1000 })]) {
    const read = `Object.fromEntries(fs.readdirSync('${PATH}').filter((n) => !n.startsWith('..')).map((n) => [n, fs.readFileSync('${PATH}/' + n, 'utf8')]))`;
    assert.deepEqual(await ask(instance, read), files);
    const owner = `(({ uid, gid, mode }) => [uid, gid, mode & 0o777])(fs.statSync('${PATH}/token'))`;
    assert.deepEqual(await ask(instance, owner), [0, 0, 0o444]);
    for (const attempt of [
      `fs.writeFileSync('${PATH}/token', 'x')`,
      `fs.writeFileSync('${PATH}/..data/new', 'x')`,
      `fs.unlinkSync('${PATH}/token')`,
      `fs.chmodSync('${PATH}/token', 0o777)`,
      `fs.symlinkSync('/tmp', '${PATH}/..data_x')`,
    ]) {
      assert.match(String(await ask(instance, attempt)), /^(EROFS|EACCES)$/, attempt);
    }
    const mountInfo = `fs.readFileSync('/proc/self/mountinfo', 'utf8').split('\\n').find((line) => line.includes(' ${PATH} '))`;
    const line = String(await ask(instance, mountInfo));
    for (const option of ['ro', 'nosuid', 'nodev', 'noexec']) assert.match(line, new RegExp(`[ ,]${option}[ ,]`));
    assert.match(line, / - tmpfs /);
  }
});

test('private files are read by the user an instance starts as and no other, also after a change and a restart', async () => {
  await using bed = await openRuntimeBed(BED);
  await bed.runtime.adopt();
  const declare = (token: string) => apply(bed, [{ volumeName: NAME, files: { token }, isPrivate: true }]);
  await declare('one');
  const instance = await start(bed, 'web-00001-user', { userId: 1000 });
  const look = `(({ uid, mode }) => [uid, mode & 0o777, fs.readFileSync('${PATH}/token', 'utf8')])(fs.statSync('${PATH}/token'))`;
  assert.deepEqual(await ask(instance, look), [1000, 0o400, 'one']);
  await declare('two');
  assert.deepEqual(await ask(instance, look), [1000, 0o400, 'two']);
  await bed.runtime.close();
  await bed.reopen().adopt();
  await declare('three');
  assert.deepEqual(await ask(instance, look), [1000, 0o400, 'three']);
  const other = await start(bed, 'web-00001-other', { userId: 1001 });
  assert.deepEqual(await ask(other, look), [1001, 0o400, 'three']);
  assert.equal(await ask(instance, `fs.readFileSync('${PATH}/token', 'utf8')`), 'EACCES');
});

test('a mount on a file of the image is said to be one, and one on a link goes where it leads inside', async () => {
  await using bed = await openRuntimeBed(BED);
  await bed.runtime.adopt();
  await apply(bed, tokens({ token: 'x' }));
  await assert.rejects(start(bed, 'web-00001-file', { path: '/etc/passwd' }), (error) => {
    assert.ok(error instanceof StartFailure, String(error));
    assert.match(error.message, /mounted on a file of the image\. Mount it on a folder/, String(error.cause));
    return true;
  });
  assert.deepEqual(readdirSync(`${bed.config.runDir}/i`), []);
  const layer = bed.image.layerDirs[0] ?? '';
  mkdirSync(`${layer}/outside`);
  symlinkSync('/../../outside', `${layer}/link`);
  const instance = await start(bed, 'web-00001-link', { path: '/link/in' });
  assert.equal(await ask(instance, `fs.readFileSync('/outside/in/token', 'utf8')`), 'x');
  assert.equal(existsSync('/outside'), false);
});

test('a running instance sees every change whole: never two versions mixed, and its watch tells', async () => {
  await using bed = await openRuntimeBed(BED);
  await bed.runtime.adopt();
  const version = (number: number) => tokens({ first: `${number}`, second: `${number}`, [`only-${number}`]: '' });
  await apply(bed, version(0));
  const instance = await start(bed, 'web-00001-reader');
  // Reads both files of one version over and over, and notes which versions it saw and whether they ever differed.
  const reader = `(globalThis.seen = new Set(), globalThis.mixed = [], globalThis.moves = 0,
    fs.watch('${PATH}', (event, name) => { if (name === '..data') globalThis.moves += 1; }),
    setInterval(() => { for (let i = 0; i < 50; i += 1) { try {
      const dir = fs.realpathSync('${PATH}/..data');
      const [one, two] = ['first', 'second'].map((name) => fs.readFileSync(dir + '/' + name, 'utf8'));
      globalThis.seen.add(one); if (one !== two) globalThis.mixed.push([one, two]);
    } catch (error) { if (error.code !== 'ENOENT') globalThis.mixed.push(String(error)); } } }, 0), 'begun')`;
  assert.equal(await ask(instance, reader), 'begun');
  const last = 40;
  for (let number = 1; number <= last; number += 1) {
    await apply(bed, version(number));
    await until(`version ${number}`, () => ask(instance, `globalThis.seen.has('${number}')`));
  }
  assert.deepEqual(await ask(instance, 'globalThis.mixed'), []);
  assert.ok(Number(await ask(instance, 'globalThis.moves')) >= last);
  const names = await ask(instance, `fs.readdirSync('${PATH}').filter((name) => !name.startsWith('..'))`);
  assert.deepEqual(names, ['first', `only-${last}`, 'second']);
  assert.deepEqual(bed.ends, []);
});

test('a restarted daemon goes on changing the files of instances that it adopts', async () => {
  await using bed = await openRuntimeBed(BED);
  await bed.runtime.adopt();
  await apply(bed, tokens({ token: 'old' }));
  const instance = await start(bed, 'web-00001-adopted');
  await bed.runtime.close();
  const { running } = await bed.reopen().adopt();
  assert.equal(running.length, 1);
  assert.equal(await ask(instance, `fs.readFileSync('${PATH}/token', 'utf8')`), 'old');
  await apply(bed, tokens({ token: 'new' }));
  assert.equal(await ask(instance, `fs.readFileSync('${PATH}/token', 'utf8')`), 'new');
  // Gone from the project, seen by its last instance, then gone from the machine.
  await apply(bed, []);
  assert.equal(await ask(instance, `fs.readFileSync('${PATH}/token', 'utf8')`), 'new');
  await assert.rejects(start(bed, 'web-00001-late'), (error) => {
    assert.ok(error instanceof StartFailure && error.fault === 'mount_missing', String(error));
    assert.match(error.message, /^The secret "tokens" that is mounted on \/etc\/app\/tokens does not exist/);
    return true;
  });
  await bed.runtime.stop(instance.instanceName, 0);
  await apply(bed, []);
  assert.deepEqual(volumeMounts(bed), []);
  assert.deepEqual(readdirSync(`${bed.config.runDir}/v`), []);
});

test('a project sees only its own files, has bounded room for them, and takes them along when it goes', async () => {
  await using bed = await openRuntimeBed(BED);
  await bed.runtime.adopt();
  await apply(bed, tokens({ token: 'one' }));
  await apply(bed, tokens({ token: 'two' }), 'p2');
  const instance = await start(bed, 'web-00001-first');
  assert.equal(await ask(instance, `fs.readFileSync('${PATH}/token', 'utf8')`), 'one');
  const folders = readdirSync(`${bed.config.runDir}/v`).map((name) => statSync(`${bed.config.runDir}/v/${name}`));
  assert.deepEqual(
    folders.map(({ mode, uid }) => [mode & 0o777, uid]).toSorted((a, b) => Number(a[1]) - Number(b[1])),
    [0, 1].map((ordinal) => [0o700, BED.userBase + ordinal * bed.config.users.perProject]),
  );
  const huge = { volumeName: 'config map "huge"', files: { all: 'x'.repeat(5 * VOLUME_LIMITS.projectBytesMax) } };
  const others = tokens({ token: 'next' });
  await assert.rejects(apply(bed, [huge, ...others]), (error) => {
    assert.ok(error instanceof EngineFault && error.code === 'disk_full', String(error));
    return true;
  });
  assert.equal(await ask(instance, `fs.readFileSync('${PATH}/token', 'utf8')`), 'next');
  await bed.runtime.removeProject('p1');
  await bed.runtime.removeProject('p2');
  assert.deepEqual(volumeMounts(bed), []);
  assert.equal(existsSync(`${bed.config.runDir}/v/0`), false);
});
