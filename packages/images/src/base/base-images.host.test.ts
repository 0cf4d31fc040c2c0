import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { after, before, test, type TestContext } from 'node:test';
import { runProcess } from '@slipway/process';
import { prepareContainerStorage } from '../storage/prepare-container-storage.ts';
import { openImageStore, type OpenImageStore } from '../store/open-image-store.ts';
import { createBaseImages, type BaseImages, type BaseImageStep } from './base-images.ts';

/** One cache for all tests here, so that the base is composed once. Set SLIPWAY_TEST_CACHE_DIR to keep it between runs. */
let cacheDir: string;
const kept = process.env['SLIPWAY_TEST_CACHE_DIR'];

before(async () => {
  cacheDir = kept ?? (await mkdtemp(join(tmpdir(), 'slipway-cache-')));
});

after(async () => {
  if (kept === undefined) await rm(cacheDir, { recursive: true, force: true });
});

async function newPlatform(dir: string, name: string): Promise<{ bases: BaseImages; store: OpenImageStore }> {
  const storage = await prepareContainerStorage({
    stateDir: join(dir, name, 'state'),
    runDir: join(dir, name, 'run'),
    registry: { address: '127.0.0.1:1' },
  });
  const bases = createBaseImages({ storage, cacheDir });
  return { bases, store: openImageStore({ storage, ensureLocalImage: bases.ensureLocalImage }) };
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** Mounts the image's layers, as an instance does, in a mount namespace of its own and runs a program in it. */
async function runInImage(
  t: TestContext,
  store: OpenImageStore,
  name: string,
  options: { argv: string[]; port?: number },
) {
  const image = await store.resolve(name);
  const dir = await mkdtemp(join(tmpdir(), 'slipway-run-'));
  t.after(() => rm(dir, { recursive: true, force: true }));
  const script = `
    mount -t tmpfs none "$1" && mkdir "$1/upper" "$1/work" "$1/root" &&
    mount -t overlay overlay -o "lowerdir=$2,upperdir=$1/upper,workdir=$1/work" "$1/root" &&
    mount --rbind /dev "$1/root/dev" && mount -t proc proc "$1/root/proc" && echo '<h1>hi</h1>' >"$1/root/index.tmp" &&
    if [ -d "$1/root/srv/www" ]; then cp "$1/root/index.tmp" "$1/root/srv/www/index.html"; cp "$1/root/index.tmp" "$1/root/srv/www/404.html"; fi &&
    root=$1/root && shift 2 && exec chroot --userspec=1001:1001 "$root" "$@"`;
  const path = join(dir, 'run.sh');
  await writeFile(path, script);
  const lower = image.layerDirs.toReversed().join(':');
  const argv = ['--mount', '--propagation', 'private', 'sh', path, dir, lower, ...options.argv];
  const env: NodeJS.ProcessEnv = { ...image.config.environment, HOME: '/home/app', PORT: String(options.port ?? 8080) };
  return { argv, env };
}

test('base images are composed from packages once per machine, imported elsewhere, and run', async (t) => {
  const dir = await mkdtemp(join(tmpdir(), 'slipway-bases-'));
  t.after(() => rm(dir, { recursive: true, force: true }));
  const { bases, store } = await newPlatform(dir, 'first');
  const steps: BaseImageStep[] = [];

  const nodeName = await bases.nameOf('node');
  const both = [nodeName, nodeName].map((name) => bases.ensureBaseImage(name, { onStep: (step) => steps.push(step) }));
  assert.deepEqual(await Promise.all(both), [true, true]);
  assert.equal(await bases.ensureBaseImage('slipway/ruby:3'), false);

  const node = await store.resolve(nodeName);
  const base = await store.resolve(await bases.nameOf('base'));
  assert.deepEqual(node.layerDirs.slice(0, 1), base.layerDirs, 'one base layer for all');
  assert.equal(node.config.user, '', 'builds on it may install packages');
  assert.equal(node.config.environment['PORT'], '8080');
  assert.equal((await store.read(node.reference))?.imageId, node.imageId);
  for (const program of [
    ['node', '--version'],
    ['npm', '--version'],
    ['sh', '-c', 'test -s /etc/ssl/certs/ca-certificates.crt && echo certificates'],
  ]) {
    const { argv, env } = await runInImage(t, store, nodeName, { argv: program });
    const { stdout } = await runProcess(['unshare', ...argv], { env });
    assert.match(stdout, /^(?:v?\d+\.\d+\.\d+|certificates)\n$/);
  }

  const second = await newPlatform(dir, 'second');
  const again = await second.store.resolve(nodeName);
  assert.equal(again.reference, node.reference, 'the same image from the cache');
  const left = (await readdir(cacheDir)).filter((name) => name.startsWith('compose-'));
  assert.deepEqual(left, [], 'no working folder is left');

  const { stdout } = await runProcess(['buildah', 'from', '--quiet', '--pull-never', nodeName], {
    env: { ...store.storage.environment },
  });
  assert.match(stdout, /node-working-container/, 'FROM finds it by its short name without a network');
  await runProcess(['buildah', 'rm', stdout.trim()], { env: { ...store.storage.environment } });
});

test('slipway/static serves files with their types and the 404 page, as an ordinary user on $PORT', async (t) => {
  const dir = await mkdtemp(join(tmpdir(), 'slipway-static-'));
  t.after(() => rm(dir, { recursive: true, force: true }));
  const { store, bases } = await newPlatform(dir, 'first');
  const name = await bases.nameOf('static');
  const image = await store.resolve(name);
  assert.deepEqual(image.config.exposedPorts, [8080]);
  assert.equal(image.config.user, '1001:1001');
  const port = await freePort();
  const { argv, env } = await runInImage(t, store, name, { argv: [...image.config.entrypoint], port });
  const child = spawn('unshare', argv, { env, stdio: 'inherit' });
  const ended = new Promise((resolve) => child.once('exit', resolve));
  t.after(async () => {
    child.kill('SIGTERM');
    await ended;
  });
  let response: Response | undefined;
  for (const deadline = Date.now() + 10_000; !response && Date.now() < deadline; await delay(5)) {
    response = await fetch(`http://127.0.0.1:${port}/`).catch(() => undefined);
  }
  assert.equal(response?.headers.get('content-type'), 'text/html; charset=utf-8');
  assert.equal(await response?.text(), '<h1>hi</h1>\n');
  const missing = await fetch(`http://127.0.0.1:${port}/nothing`);
  assert.equal(missing.status, 404);
  assert.equal(await missing.text(), '<h1>hi</h1>\n');
  assert.ok((await stat(image.layerDirs[0] ?? '')).isDirectory());
});

test('a composition that is aborted leaves no mount and no working folder', async (t) => {
  const dir = await mkdtemp(join(tmpdir(), 'slipway-aborted-'));
  t.after(() => rm(dir, { recursive: true, force: true }));
  const storage = await prepareContainerStorage({
    stateDir: join(dir, 'state'),
    runDir: join(dir, 'run'),
    registry: { address: '127.0.0.1:1' },
  });
  const bases = createBaseImages({ storage, cacheDir: join(dir, 'cache') });
  const abort = new AbortController();
  const composing = bases.ensureBaseImage(await bases.nameOf('base'), {
    signal: abort.signal,
    onStep: ({ detail }) => detail === 'unpacking' && abort.abort(),
  });
  await assert.rejects(composing, { name: 'AbortError' });
  const deadline = Date.now() + 20_000;
  async function leftovers(): Promise<readonly string[]> {
    return (await readdir(join(dir, 'cache'))).filter((name) => name.startsWith('compose-'));
  }
  while ((await leftovers()).length > 0 && Date.now() < deadline) await delay(20);
  assert.deepEqual(await leftovers(), []);
  assert.equal((await readFile('/proc/self/mounts', 'utf8')).includes(dir), false);
});
