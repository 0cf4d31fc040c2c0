/**
 * A builder on a storage of its own for the host tests: base images made from this machine's files, images "pushed" into
 * a folder. Everything it makes is under one temporary folder and in names of its own, and goes away with it.
 */
import { chmod, copyFile, cp, mkdir, mkdtemp, readFile, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createHash, randomUUID } from 'node:crypto';
import { createReadStream, createWriteStream, existsSync } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import type { BuildOutcome, BuildStep, BuildWorkload } from '@slipway/engine';
import type { ContainerStorage } from '@slipway/images';
import { runProcess } from '@slipway/process';
import { packTar } from 'modern-tar/fs';
import { createHostBuilder, type HostBuilder } from '../host-builder.ts';
import type { HostBuilderOptions } from '../host-builder-options.ts';

export interface BuildLab extends AsyncDisposable {
  readonly dir: string;
  readonly storage: ContainerStorage;
  readonly options: HostBuilderOptions;
  readonly builder: HostBuilder;
  /** Packs files (path → content) and returns the build of them. */
  build(files: Readonly<Record<string, string>>, changes?: Partial<BuildWorkload>): Promise<BuildWorkload>;
  run(build: BuildWorkload, signal?: AbortSignal): Promise<LabRun>;
  buildah(...args: readonly string[]): Promise<string>;
  /** Id of the image of the newest push. */
  pushedImageId(): string;
}

export interface LabRun {
  readonly outcome: BuildOutcome;
  readonly steps: readonly BuildStep[];
  readonly log: string;
  readonly durationMs: number;
}

export const LAB_PLATFORM = 'td';
const LAB_CIDR = '10.204.0.0/24';

/** What a shell step needs, taken from this machine with the libraries each is linked to. */
const PROGRAMS = ['sh', 'cat', 'ls', 'id', 'touch', 'mkdir', 'rm', 'cp', 'chown', 'chmod', 'env', 'sleep', 'dd', 'ps'];
const TEST_PROGRAMS = ['mount', 'mknod', 'grep', 'head', 'readlink', 'true', 'false', 'ln', 'bash', 'sed', 'timeout'];

export async function openBuildLab(changes: Partial<HostBuilderOptions> = {}): Promise<BuildLab> {
  const dir = await mkdtemp(join(tmpdir(), 'slipway-build-'));
  const storage = await prepareStorage(dir);
  const env = { ...process.env, ...storage.environment };
  async function buildah(...args: readonly string[]): Promise<string> {
    const { stdout } = await runProcess(['buildah', ...args], { env });
    return stdout.trim();
  }
  const bases = new Map<string, Promise<string>>();
  let pushed = '';
  const options: HostBuilderOptions = {
    platformId: LAB_PLATFORM,
    stateDir: join(dir, 'state'),
    runDir: join(dir, 'run'),
    storage,
    network: { cidr: LAB_CIDR },
    users: { base: 1_130_000_000, count: 65_536 },
    async ensureBaseImage(name) {
      const made = bases.get(name) ?? makeBase(name, { dir, buildah });
      bases.set(name, made);
      return { reference: `localhost/${name}`, imageId: await made };
    },
    async pushImage({ imageId }) {
      pushed = imageId;
      const digestFile = join(dir, `digest-${randomUUID()}`);
      const argv = ['push', '--quiet', '--digestfile', digestFile, imageId, `oci:${join(dir, 'registry')}:${imageId}`];
      await buildah(...argv);
      return (await readFile(digestFile, 'utf8')).trim();
    },
    // Everything is pushed by pushImage() here.
    pushAssembled: { push: () => Promise.resolve(undefined), learn: () => Promise.resolve() },
    renderProjectAuth: () => '{}',
    recordDigest: () => Promise.resolve(),
    removeRepositories: () => Promise.resolve(),
    reserveRoom: () => Promise.resolve(() => undefined),
    log: () => undefined,
    ...changes,
  };
  const builder = await createHostBuilder(options);
  return {
    dir,
    storage,
    options,
    builder,
    buildah,
    pushedImageId: () => pushed,
    build: (files, given) => packBuild(dir, files, given),
    run: (build, signal) => runBuild(builder, build, signal ?? new AbortController().signal),
    async [Symbol.asyncDispose]() {
      await builder.close();
      await buildah('rm', '--all').catch(() => undefined);
      await unmountStore(storage);
      await rm(dir, { recursive: true, force: true });
    },
  };
}

async function unmountStore(storage: ContainerStorage): Promise<void> {
  await runProcess(['umount', join(storage.graphRoot, 'overlay')], { allowExitCodes: [0, 1, 32] });
}

async function runBuild(builder: HostBuilder, build: BuildWorkload, signal: AbortSignal): Promise<LabRun> {
  const steps: BuildStep[] = [];
  const startedAt = performance.now();
  const outcome = await builder.run(build, (step) => steps.push(step), signal);
  const durationMs = Math.round(performance.now() - startedAt);
  const texts: string[] = [];
  for await (const entry of builder.readLogs({ ...build, follow: false }, new AbortController().signal)) {
    texts.push(entry.text);
  }
  return { outcome, steps, log: texts.join('\n'), durationMs };
}

async function packBuild(
  dir: string,
  files: Readonly<Record<string, string>>,
  changes: Partial<BuildWorkload> = {},
): Promise<BuildWorkload> {
  const archivePath = join(dir, `${randomUUID()}.tgz`);
  const entries = Object.entries(files).toSorted(([left], [right]) => (left < right ? -1 : 1));
  const sources = entries.map(
    ([target, content]) => ({ type: 'content', target, content, mtime: new Date(0) }) as const,
  );
  await pipeline(packTar(sources), createGzip(), createWriteStream(archivePath));
  return {
    projectId: 'p1',
    buildRunName: `run-${randomUUID().slice(0, 8)}`,
    source: { archivePath, sha256: await sha256Of(archivePath) },
    contextDir: '',
    strategy: 'buildpacks',
    specFile: 'Dockerfile',
    buildArguments: {},
    outputImage: 'registry.test:5000/p1/app:latest',
    cpuMillis: 2000,
    memoryBytes: 2e9,
    diskBytes: 2e9,
    timeoutMs: 120_000,
    ...changes,
  };
}

async function sha256Of(path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return hash.digest('hex');
}

async function prepareStorage(dir: string): Promise<ContainerStorage> {
  const at = (name: string): string => join(dir, name);
  const storage: ContainerStorage = {
    graphRoot: at('graph'),
    runRoot: at('graph-run'),
    storageConfPath: at('storage.conf'),
    registriesConfPath: at('registries.conf'),
    policyPath: at('policy.json'),
    authFilePath: at('auth.json'),
    environment: { CONTAINERS_STORAGE_CONF: at('storage.conf'), CONTAINERS_REGISTRIES_CONF: at('registries.conf') },
  };
  await writeFile(
    storage.storageConfPath,
    `[storage]\ndriver = "overlay"\ngraphroot = "${storage.graphRoot}"\nrunroot = "${storage.runRoot}"\n`,
  );
  await writeFile(storage.registriesConfPath, 'unqualified-search-registries = ["docker.io"]\n');
  await writeFile(storage.policyPath, JSON.stringify({ default: [{ type: 'insecureAcceptAnything' }] }));
  await writeFile(storage.authFilePath, '{}');
  return storage;
}

type Buildah = (...args: readonly string[]) => Promise<string>;

async function makeBase(name: string, lab: { readonly dir: string; readonly buildah: Buildah }): Promise<string> {
  const root = join(lab.dir, `root-${randomUUID()}`);
  await makeRoot(root);
  if (name.startsWith('slipway/node')) await addNode(root);
  const container = await lab.buildah('from', 'scratch');
  await lab.buildah('copy', container, root, '/');
  await lab.buildah('config', '--env', 'PATH=/usr/bin:/bin', container);
  const imageId = await lab.buildah('commit', '--quiet', '--timestamp', '0', container, `localhost/${name}`);
  await lab.buildah('rm', container);
  await rm(root, { recursive: true });
  return imageId.replace(/^sha256:/, '');
}

async function makeRoot(root: string): Promise<void> {
  for (const folder of ['bin', 'etc', 'tmp', 'proc', 'sys', 'dev', 'root', 'run', 'usr/bin']) {
    await mkdir(join(root, folder), { recursive: true });
  }
  await chmod(join(root, 'tmp'), 0o1777);
  for (const program of [...PROGRAMS, ...TEST_PROGRAMS]) await addProgram(root, program);
  await symlink('../usr/bin/sh', join(root, 'bin/sh'));
  const dns = '/lib/x86_64-linux-gnu/libnss_dns.so.2';
  if (existsSync(dns)) await addFile(root, await realpath(dns), dns);
  await writeFile(join(root, 'etc/passwd'), 'root:x:0:0:root:/root:/bin/sh\napp:x:1001:1001::/home/app:/bin/sh\n');
  await writeFile(join(root, 'etc/group'), 'root:x:0:\napp:x:1001:\n');
  await writeFile(join(root, 'etc/nsswitch.conf'), 'hosts: files dns\n');
}

async function addProgram(root: string, program: string): Promise<void> {
  const folder = ['/usr/bin', '/bin', '/usr/sbin'].find((candidate) => existsSync(join(candidate, program)));
  if (folder === undefined) throw new Error(`Cannot make a base image: this machine has no "${program}"`);
  await addLinked(root, await realpath(join(folder, program)), `/usr/bin/${program}`);
}

async function addLinked(root: string, from: string, to: string): Promise<void> {
  await addFile(root, from, to);
  const { stdout } = await runProcess(['ldd', from]);
  for (const [library] of stdout.matchAll(/\/\S+/g)) {
    if (!existsSync(join(root, library))) await addFile(root, await realpath(library), library);
  }
}

async function addFile(root: string, from: string, to: string): Promise<void> {
  await mkdir(dirname(join(root, to)), { recursive: true });
  await copyFile(from, join(root, to));
}

async function addNode(root: string): Promise<void> {
  await addLinked(root, await realpath(process.execPath), '/usr/bin/node');
  const npm = dirname(dirname(await realpath('/usr/bin/npm')));
  await cp(npm, join(root, 'usr/lib/npm'), { recursive: true });
  await symlink(`../lib/npm/bin/npm-cli.js`, join(root, 'usr/bin/npm'));
}
