import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer as createTcpServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { after, before, test } from 'node:test';
import { EngineFault } from '@slipway/engine';
import { runProcess } from '@slipway/process';
import { assembledImage, type AssembledLayer } from '../assembled/assembled-image.ts';
import { importImage } from '../assembled/import-image.ts';
import { createKnownBlobs } from '../assembled/known-blobs.ts';
import { createAssembledPusher } from '../assembled/push-assembled.ts';
import { readImageParts } from '../assembled/read-image-parts.ts';
import type { ContainerStorage } from '../image-store.ts';
import { platformOfMachine } from '../store/image-config.ts';
import { prepareContainerStorage } from '../storage/prepare-container-storage.ts';
import { renderAuthFile } from '../storage/render-storage-config.ts';
import { openImageStore, type OpenImageStore } from '../store/open-image-store.ts';
import { collectImages } from '../store/collection.ts';
import { pushImage } from './push-image.ts';
import { registryKeysFor, startRegistry, type RegistryOptions, type RegistryProcess } from './registry-process.ts';
import { removeRepositories } from './remove-repositories.ts';
import { createRegistryTokenIssuer, type RegistryTokenIssuer } from './registry-token-issuer.ts';

let dir: string;
let tokenServer: Server;
let issuer: RegistryTokenIssuer;
let registryOptions: RegistryOptions;
let registry: RegistryProcess;
/** The store that builds and pushes, and a second platform's store that has nothing yet. */
let builder: OpenImageStore;
let address: string;

async function freePort(): Promise<number> {
  const server = createTcpServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

async function newStorage(name: string, login = issuer.platformLogin()): Promise<ContainerStorage> {
  return prepareContainerStorage({
    stateDir: join(dir, name, 'state'),
    runDir: join(dir, name, 'run'),
    registry: { address },
    logins: [{ server: address, ...login }],
  });
}

/** An image of one file, made with buildah in a storage. */
async function buildTinyImage(storage: ContainerStorage, name: string, architecture?: string): Promise<string> {
  const env = { ...storage.environment };
  const file = join(dir, 'hello.txt');
  await writeFile(file, `hello from ${name}\n`);
  const container = (await runProcess(['buildah', 'from', 'scratch'], { env })).stdout.trim();
  await runProcess(['buildah', 'copy', '--quiet', container, file, '/hello.txt'], { env });
  const config = ['--port', '8080', '--port', '53/udp', '--env', 'A=b=c', '--cmd', '["/hello", "x"]', '--user', '1001'];
  await runProcess(['buildah', 'config', ...config, ...(architecture ? ['--arch', architecture] : []), container], {
    env,
  });
  const { stdout } = await runProcess(['buildah', 'commit', '--quiet', '--rm', container, name], { env });
  return stdout.trim();
}

before(async () => {
  dir = await mkdtemp(join(tmpdir(), 'slipway-images-'));
  tokenServer = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://localhost');
    void issuer
      .handleRegistryTokenRequest({
        scope: url.searchParams.getAll('scope'),
        service: url.searchParams.get('service') ?? undefined,
        authorization: request.headers.authorization,
      })
      .then(({ status, headers, body }) => {
        response.writeHead(status, { ...headers, 'content-type': 'application/json' });
        response.end(JSON.stringify(body));
      });
  });
  await new Promise<void>((resolve) => tokenServer.listen(0, '127.0.0.1', resolve));
  address = `127.0.0.1:${await freePort()}`;
  registryOptions = {
    stateDir: join(dir, 'registry', 'state'),
    runDir: join(dir, 'registry', 'run'),
    address,
    tokenRealm: `http://127.0.0.1:${(tokenServer.address() as AddressInfo).port}/registry/token`,
  };
  issuer = createRegistryTokenIssuer(await registryKeysFor(registryOptions.stateDir));
  registry = await startRegistry(registryOptions);
  builder = openImageStore({ storage: await newStorage('builder') });
});

after(async () => {
  await registry.stop();
  await new Promise((resolve) => tokenServer.close(resolve));
  await rm(dir, { recursive: true, force: true });
});

/** An image with a layer for each file, on top of layers that the store has. */
async function assemble(names: readonly string[], kept: readonly AssembledLayer[] = []) {
  const made: AssembledLayer[] = [];
  for (const name of names) {
    const path = join(dir, `${name}.tar`);
    await writeFile(join(dir, name), `${name}\n`);
    await runProcess(['tar', '-C', dir, '-cf', path, name]);
    const bytes = await readFile(path);
    made.push({ path, digest: `sha256:${createHash('sha256').update(bytes).digest('hex')}`, sizeBytes: bytes.length });
  }
  const layers = [...kept, ...made];
  const rootfs = { type: 'layers', diff_ids: layers.map(({ digest }) => digest) };
  const platform = platformOfMachine(process.arch);
  return assembledImage({ ...platform, config: { Cmd: ['/x'] }, rootfs }, { layers, annotations: {} });
}

test('an assembled image is pushed without a program, and read by every client; what is not known is left to skopeo', async () => {
  const left: unknown[] = [];
  const blobs = createKnownBlobs();
  const pusher = createAssembledPusher({ address, issuer, blobs, onLeft: (cause) => void left.push(cause) });
  const { signal } = new AbortController();
  const { storage } = builder;
  const lower = await assemble(['lower']);
  const digest = await pusher.push(lower, `${address}/shop/lower:latest`, signal);
  assert.deepEqual([left, digest?.slice(0, 7)], [[], 'sha256:']);
  await importImage(lower, { storage, workDir: dir, signal });
  const parts = await readImageParts(storage, lower.imageId);
  assert.deepEqual(parts?.config.rootfs.diff_ids, [lower.layers[0]?.digest]);

  const upper = await assemble(
    ['upper'],
    [{ digest: lower.layers[0]?.digest ?? '', sizeBytes: lower.layers[0]?.sizeBytes ?? 0 }],
  );
  await importImage(upper, { storage, workDir: dir, signal });
  const mounted = await pusher.push(upper, `${address}/shop/upper:1`, signal);
  assert.ok(mounted, String(left));
  const reader = openImageStore({ storage: await newStorage('assembled-reader') });
  for (const name of [`shop/upper@${mounted}`, 'shop/upper:1']) {
    const { imageId, layerDirs } = await reader.resolve(`${address}/${name}`);
    assert.equal(imageId, upper.imageId);
    const files = ['lower', 'upper'].map((file, index) => readFile(join(layerDirs[index] ?? '', file), 'utf8'));
    assert.deepEqual(await Promise.all(files), ['lower\n', 'upper\n']);
  }

  await removeRepositories({ stateDir: registryOptions.stateDir, address, issuer }, 'shop');
  const again = { destination: `${address}/shop/upper:1` };
  assert.equal(await pusher.push(upper, again.destination, signal), undefined, 'its lower layer is gone');
  assert.equal(left.length, 1);
  assert.equal(await pusher.push(upper, again.destination, signal), undefined, 'nor is it known any more');
  assert.equal(await pusher.push(upper, 'registry.example.com/a/b', signal), undefined, 'it is the registry of others');
  const pushed = await pushImage({ storage, imageId: upper.imageId, destination: again.destination });
  await pusher.learn(upper, { ...again, digest: pushed });
  assert.ok(
    await pusher.push(upper, again.destination, signal),
    'its layers are known by the names that skopeo gave them',
  );
});

test('removeRepositories() empties one prefix, also of images without a tag, and no other', async () => {
  const place = { stateDir: registryOptions.stateDir, address, issuer };
  const older = await buildTinyImage(builder.storage, 'localhost/doomed:1');
  const newer = await buildTinyImage(builder.storage, 'localhost/doomed:2');
  const push = (imageId: string, name: string) =>
    pushImage({ storage: builder.storage, imageId, destination: `${address}/${name}` });
  const untagged = await push(older, 'gone/web:latest');
  await push(newer, 'gone/web:latest');
  await push(newer, 'gone/deep/er:1');
  const kept = await push(newer, 'gone-not/web:1');
  await removeRepositories(place, 'gone');
  await removeRepositories(place, 'gone');
  const reader = openImageStore({ storage: await newStorage('reader') });
  const gone = [`gone/web:latest`, `gone/web@${untagged}`, 'gone/deep/er:1'];
  for (const name of gone) {
    await assert.rejects(reader.resolve(`${address}/${name}`), { code: 'image_not_found' }, name);
  }
  await reader.resolve(`${address}/gone-not/web@${kept}`);
  // The same layers again under the name that is free now: nothing may believe that they are still there.
  const again = await push(newer, 'gone/web:latest');
  const second = openImageStore({ storage: await newStorage('second-reader') });
  assert.equal((await second.resolve(`${address}/gone/web@${again}`)).imageId, newer);
  await assert.rejects(removeRepositories(place, '../gone'), TypeError);
});

test('a pushed image is pulled once by another store, pinned, and then read without a registry', async () => {
  const imageId = await buildTinyImage(builder.storage, 'localhost/tiny:1');
  const digest = await pushImage({ storage: builder.storage, imageId, destination: `${address}/shop/tiny:1` });
  assert.match(digest, /^sha256:[0-9a-f]{64}$/);
  const pinned = `${address}/shop/tiny@${digest}`;

  const other = openImageStore({ storage: await newStorage('other') });
  assert.equal(await other.read(pinned), undefined);
  const [first, second] = await Promise.all([
    other.resolve(`${address}/shop/tiny:1`),
    other.resolve(`${address}/shop/tiny:1`),
  ]);
  assert.equal(first, second, 'both callers share one pull');
  assert.equal(first.reference, pinned);
  assert.equal(first.imageId, imageId);
  assert.deepEqual(first.config, {
    entrypoint: [],
    command: ['/hello', 'x'],
    environment: { A: 'b=c' },
    workingDir: '/',
    user: '1001',
    exposedPorts: [8080],
    stopSignal: 'SIGTERM',
  });
  assert.equal(first.layerDirs.length, 1);
  assert.equal(await readFile(join(first.layerDirs[0] ?? '', 'hello.txt'), 'utf8'), 'hello from localhost/tiny:1\n');

  const reopened = openImageStore({ storage: other.storage });
  assert.deepEqual(await reopened.read(pinned), first, 'the record is durable');
  assert.deepEqual(await reopened.resolve(pinned), first);
});

test('recordDigest() makes what was built and pushed readable without a pull', async () => {
  const imageId = await buildTinyImage(builder.storage, 'localhost/built:1');
  const digest = await pushImage({ storage: builder.storage, imageId, destination: `${address}/shop/built:1` });
  const pinned = `${address}/shop/built@${digest}`;
  await builder.recordDigest(pinned, imageId);
  await builder.recordDigest(pinned, `sha256:${imageId}`);
  assert.equal((await builder.read(pinned))?.imageId, imageId);
});

test('resolve() gives no image of the store to who names it otherwise', async () => {
  const imageId = await buildTinyImage(builder.storage, 'localhost/guarded:1');
  const digest = await pushImage({ storage: builder.storage, imageId, destination: `${address}/other/guarded:1` });
  await builder.recordDigest(`${address}/other/guarded@${digest}`, imageId);
  const port = address.split(':')[1];
  const names = [
    `${address}/shop/guarded@${digest}`,
    `localhost:${port}/other/guarded:1`,
    `127.0.0.1:${port}/shop/../other/guarded:1`,
    `registry.invalid/guarded@${digest}`,
    `localhost/shop@${digest}`,
    `localhost/${imageId}`,
    imageId,
    imageId.slice(0, 12),
    `sha256:${imageId}`,
  ];
  for (const name of names) await assert.rejects(builder.resolve(name), EngineFault, name);
});

test('resolve() pins images that exist only in the store', async () => {
  const imageId = await buildTinyImage(builder.storage, 'localhost/only-here:1');
  const image = await builder.resolve('localhost/only-here:1');
  assert.equal(image.imageId, imageId);
  assert.match(image.reference, /^localhost\/only-here@sha256:[0-9a-f]{64}$/);
  assert.deepEqual(await builder.read(image.reference), image);
  assert.deepEqual(await builder.resolve(image.reference), image);
});

test('resolve() says whose mistake it is', async () => {
  const store = openImageStore({ storage: await newStorage('faults') });
  const armId = await buildTinyImage(builder.storage, 'localhost/arm:1', process.arch === 'x64' ? 'arm64' : 'amd64');
  await pushImage({ storage: builder.storage, imageId: armId, destination: `${address}/shop/arm:1` });
  const wrongLogin = { server: address, username: 'shop', password: 'guess' };
  const stranger = { server: address, ...issuer.projectLogin('other') };

  await assert.rejects(store.resolve('No Name'), { code: 'image_reference_invalid' });
  await assert.rejects(store.resolve(`${address}/shop/nothing:1`), { code: 'image_not_found' });
  await assert.rejects(store.resolve('localhost/nothing'), { code: 'image_not_found' });
  await assert.rejects(store.resolve(`${address}/shop/arm:1`), {
    code: 'image_wrong_platform',
    message: /this machine is linux\//,
  });
  await assert.rejects(store.resolve(`${address}/shop/arm:1`, { credentials: wrongLogin }), {
    code: 'image_access_denied',
  });
  await assert.rejects(store.resolve(`${address}/shop/arm:1`, { credentials: stranger }), {
    code: 'image_access_denied',
  });
  await assert.rejects(store.resolve(`127.0.0.1:${await freePort()}/a:1`), {
    code: 'image_registry_unreachable',
    message: /deploy FOLDER/,
  });
});

test('what was pulled with credentials is given only to a caller who may pull it', async () => {
  const imageId = await buildTinyImage(builder.storage, 'localhost/secret:1');
  await pushImage({ storage: builder.storage, imageId, destination: `${address}/shop/secret:1` });
  const storage = await prepareContainerStorage({
    stateDir: join(dir, 'guarded', 'state'),
    runDir: join(dir, 'guarded', 'run'),
    registry: { address },
  });
  const store = openImageStore({ storage });
  const owner = { server: address, ...issuer.projectLogin('shop') };
  const { reference } = await store.resolve(`${address}/shop/secret:1`, { credentials: owner });
  assert.equal((await store.resolve(reference, { credentials: owner })).reference, reference);
  const stranger = { server: address, ...issuer.projectLogin('other') };
  await assert.rejects(store.resolve(reference, { credentials: stranger }), { code: 'image_access_denied' });
  await assert.rejects(store.resolve(reference), { code: 'image_access_denied' });
  assert.equal((await store.read(reference))?.reference, reference, 'instances of the owner still start');
});

test('a project pushes only under its own name', async () => {
  const imageId = await buildTinyImage(builder.storage, 'localhost/mine:1');
  const authFilePath = join(dir, 'project-auth.json');
  await writeFile(authFilePath, renderAuthFile([{ server: address, ...issuer.projectLogin('mine') }]), { mode: 0o600 });
  const push = { storage: builder.storage, imageId, authFilePath };
  await pushImage({ ...push, destination: `${address}/mine/app:1` });
  await assert.rejects(pushImage({ ...push, destination: `${address}/shop/app:1` }), { code: 'image_access_denied' });
});

test('a registry with the same configuration is adopted, a dead one is started again', async () => {
  const { pid } = registry;
  registry.release();
  let restarts = 0;
  registry = await startRegistry({ ...registryOptions, onRestart: () => (restarts += 1) });
  assert.equal(registry.pid, pid, 'the running registry is adopted');
  process.kill(pid, 'SIGKILL');
  const deadline = Date.now() + 20_000;
  while (restarts === 0 && Date.now() < deadline) await delay(20);
  assert.notEqual(registry.pid, pid);
  assert.equal((await fetch(`http://${address}/v2/`)).status, 401);
});

test('startRegistry() says why it cannot start', async (t) => {
  const blocker = createTcpServer();
  await new Promise<void>((resolve) => blocker.listen(0, '127.0.0.1', resolve));
  t.after(() => blocker.close());
  const port = (blocker.address() as AddressInfo).port;
  await mkdir(join(dir, 'blocked'), { recursive: true });
  const options = { ...registryOptions, stateDir: join(dir, 'blocked', 's'), runDir: join(dir, 'blocked', 'r') };
  await assert.rejects(startRegistry({ ...options, address: `127.0.0.1:${port}` }), {
    code: 'engine_unavailable',
    message: /address already in use/,
  });
});

test('collectImages() removes what no revision uses and leaves images it does not know', async () => {
  const store = openImageStore({ storage: await newStorage('collected') });
  const ids = [];
  for (const name of ['kept', 'unused']) {
    const imageId = await buildTinyImage(store.storage, `localhost/${name}:1`);
    const digest = await pushImage({ storage: store.storage, imageId, destination: `${address}/shop/${name}:1` });
    await store.recordDigest(`${address}/shop/${name}@${digest}`, imageId);
    ids.push({ imageId, pinned: `${address}/shop/${name}@${digest}` });
  }
  const foreign = await buildTinyImage(store.storage, 'localhost/foreign:1');
  const [kept, unused] = ids;
  assert.ok(kept && unused);
  const removed = await collectImages(store, {
    inUse: new Set([kept.pinned]),
    budgetBytes: 0,
    usedBefore: '9',
    signal: new AbortController().signal,
  });
  assert.deepEqual(removed, [unused.pinned]);
  assert.equal(await store.read(unused.pinned), undefined);
  assert.equal((await store.read(kept.pinned))?.imageId, kept.imageId);
  const left = (await store.images.list()).map(({ id }) => id).toSorted();
  assert.deepEqual(left, [kept.imageId, foreign].toSorted());
});
