/** The launcher in a small checkout of its own: real npm, no network needed, because nothing is to be fetched. */
import assert from 'node:assert/strict';
import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { test, type TestContext } from 'node:test';
import { ProcessFailure, runProcess } from '@slipway/process';
import { findProgram } from './system-packages.ts';

const LAUNCHER = resolve(import.meta.dirname, '../../../slipway');
/** The Node.js of this run is a suitable one, wherever it is; no other has to be fetched. */
const ENV = { ...process.env, PATH: `${dirname(process.execPath)}:${process.env['PATH']}` };
const LOCK = { name: 'x', lockfileVersion: 3, requires: true, packages: { '': { name: 'x' } } };

async function makeCheckout(t: TestContext): Promise<string> {
  const root = await mkdtemp(join(tmpdir(), 'slipway launcher-'));
  t.after(() => rm(root, { recursive: true, force: true }));
  await cp(LAUNCHER, join(root, 'slipway'));
  await mkdir(join(root, 'packages/cli/src'), { recursive: true });
  await writeFile(join(root, 'package.json'), '{"name":"x","type":"module"}');
  await writeFile(join(root, 'package-lock.json'), JSON.stringify(LOCK));
  await writeFile(
    join(root, 'packages/cli/src/main.ts'),
    'const words: string[] = process.argv.slice(2);\nconsole.log(words);\n',
  );
  return root;
}

async function launch(
  root: string,
  words: readonly string[],
  options: { readonly cwd?: string; readonly env?: NodeJS.ProcessEnv } = {},
) {
  try {
    return await runProcess([join(root, 'slipway'), ...words], { env: ENV, ...options });
  } catch (error) {
    if (error instanceof ProcessFailure) return error;
    throw error;
  }
}

test('the launcher sets the checkout up once, and is silent after', async (t) => {
  const root = await makeCheckout(t);
  const first = await launch(root, ['version', 'a b']);
  assert.equal(first.exitCode, 0, first.stderr);
  assert.equal(first.stdout, "[ 'version', 'a b' ]\n");
  assert.match(first.stderr, /^slipway: installing the dependencies into node_modules/);
  assert.ok(!first.stderr.includes('npm warn'), first.stderr);
  const begun = performance.now();
  const second = await launch(root, []);
  t.diagnostic(`the second start took ${Math.round(performance.now() - begun)} ms`);
  assert.deepEqual([second.exitCode, second.stderr], [0, '']);
});

test('the launcher works through links, from any folder, and runs scripts with its Node.js', async (t) => {
  const root = await makeCheckout(t);
  await mkdir(join(root, 'bin'));
  await symlink('../slipway', join(root, 'bin/one'));
  await symlink(join(root, 'bin/one'), join(root, 'bin/two'));
  await runProcess([join(root, 'bin/two'), 'x'], { cwd: '/', env: ENV });
  await writeFile(
    join(root, 'bin/script.ts'),
    'const text: string = process.cwd();\nconsole.log(text, process.argv[2]);\n',
  );
  const result = await launch(root, ['node', 'script.ts', 'word'], { cwd: join(root, 'bin') });
  assert.deepEqual([result.stdout, result.stderr], [`${join(root, 'bin')} word\n`, '']);
});

test('a set-up that was interrupted is repaired, and a changed lock file is installed again', async (t) => {
  const root = await makeCheckout(t);
  await mkdir(join(root, 'node_modules/half'), { recursive: true });
  await mkdir(join(root, '.slipway/node.part'), { recursive: true });
  assert.equal((await launch(root, ['a'])).exitCode, 0);
  await writeFile(join(root, 'package-lock.json'), JSON.stringify({ ...LOCK, version: '2' }));
  assert.match((await launch(root, ['a'])).stderr, /installing the dependencies/);
  assert.equal((await launch(root, ['a'])).stderr, '');
});

test('two launchers at once set the checkout up one after the other, and both go on', async (t) => {
  const root = await makeCheckout(t);
  const results = await Promise.all([launch(root, ['1']), launch(root, ['2']), launch(root, ['3'])]);
  assert.deepEqual(
    results.map((result) => result.stdout),
    ["[ '1' ]\n", "[ '2' ]\n", "[ '3' ]\n"],
  );
  const installs = results.filter((result) => result.stderr.includes('done in'));
  assert.equal(installs.length, 1);
});

test('without npm, or when npm fails, the launcher says what to do', async (t) => {
  const root = await makeCheckout(t);
  const bin = join(root, 'bin');
  await mkdir(bin);
  for (const program of ['sh', 'uname', 'mkdir', 'id', 'stat', 'flock', 'cmp', 'rm', 'date', 'sleep', 'grep', 'tail']) {
    await symlink(findProgram(program) ?? '', join(bin, program));
  }
  await writeFile(join(bin, 'node'), '#!/bin/sh\necho v18.20.0\n', { mode: 0o755 });
  const without = await launch(root, ['version'], { env: { PATH: bin } });
  assert.equal(without.exitCode, 1);
  assert.match(without.stderr, /fetching Node\.js .* \("node" here is v18\.20\.0\): "npm" is not installed/);
  assert.match(without.stderr, /sudo apt-get install --no-install-recommends npm/);
  await writeFile(join(bin, 'npm'), '#!/bin/sh\necho "npm error network is down" >&2\nexit 7\n', { mode: 0o755 });
  const failing = await launch(root, ['version'], { env: { PATH: bin } });
  assert.equal(failing.exitCode, 1);
  assert.match(failing.stderr, /npm error network is down/);
  assert.match(failing.stderr, /npm ended with code 7/);
});

test('on another operating system the launcher says that it needs Linux', async (t) => {
  const root = await makeCheckout(t);
  const bin = join(root, 'bin');
  await mkdir(bin);
  await writeFile(join(bin, 'uname'), '#!/bin/sh\necho Darwin\n', { mode: 0o755 });
  const path = `${bin}:${dirname(process.execPath)}:${process.env['PATH'] ?? ''}`;
  const result = await launch(root, ['version'], { env: { PATH: path } });
  assert.equal(result.exitCode, 1);
  assert.match(result.stderr, /Cannot run on Darwin: Slipway needs Linux\n {2}Use a Linux machine/);
});

test('the launcher is short', async () => {
  assert.ok((await readFile(LAUNCHER, 'utf8')).split('\n').length <= 150);
});
