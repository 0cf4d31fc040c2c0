/**
 * From nothing to the first byte: the public URL of a sleeping app against the same program in a container of the same
 * configuration started by hand, and against the bare process. Once with a static binary, where the platform is nearly
 * all of it, once with Node.js. Baselines are asked directly, the app through HAProxy, as its users do.
 */
import { existsSync } from 'node:fs';
import { copyFile, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { seccompProfileFor, type DistributionProfile, type OciSeccomp } from '@slipway/engine-host/testing';
import { runProcess } from '@slipway/process';
import { writeFolder } from '../test/app-folder.ts';
import type { TestPlatform } from '../test/platform.ts';
import { copyInstance, writeBundle, type InstanceCopy } from './bundle.ts';
import { openContainerGround, type ContainerGround } from './container-ground.ts';
import type { BenchContext, Figure, Series } from './figure.ts';
import { livingInstances, waitAsleep } from './living-instances.ts';
import { endProgram, firstByteMs, freePort, startProgram } from './programs.ts';
import { prepareStaticServer } from './static-server.ts';

interface Program {
  readonly kind: 'static' | 'node';
  /** The bare process; it listens on `PORT`. */
  readonly argv: readonly [string, ...string[]];
  readonly appFolder: string;
}

const APP_PORT = 8080;
const KEEP_AWAKE_MS = 100;
const PROFILE_PATH = '/usr/share/containers/seccomp.json';
const NODE_SERVER = join(import.meta.dirname, 'fixtures/node-server.cjs');

const METHOD = `One request to the public URL of an app without an instance, its image on the machine; time until the first byte of the
answer. "crun run" and "runc run" start the instance's own bundle: same root, user namespace, network namespace (both made
before), cgroup limits and seccomp profile, asked directly every millisecond. "crun run, filter compiled before" is given
the filter as the platform compiled it, so crun has nothing to compile.`;

const LIMIT = {
  static: `Making the sandbox. "crun run" with the filter compiled before shows what crun, the kernel's namespaces, mounts and control
groups cost; conmon, which keeps logs and exit codes whatever happens to the daemon, the activator, HAProxy and the look
that finds the server listening come on top. A sandbox that waits created would leave little more than the program's own
boot, as a bare process has it.`,
  node: `The same time as for the static binary, on top of the boot of Node.js, which the platform does not shorten: it runs what
the image holds. The target leaves less than 7 ms for a container, the way to it and back; crun alone, with a filter
compiled before, takes about as much. It needs a sandbox that waits created.`,
} as const;

export const FROM_ZERO: readonly Figure[] = (['static', 'node'] as const).map((kind) => ({
  id: `from-zero-${kind}`,
  title: `From zero to the first byte, ${kind === 'node' ? 'Node.js app' : 'static binary'}`,
  unit: 'ms',
  better: 'lower',
  targets: [kind === 'static' ? { baseline: 'crun run', ratio: 1 } : { baseline: 'bare process', ratio: 1.2 }],
  rounds: 25,
  method: METHOD,
  limit: LIMIT[kind],
  prepare: async (context, stack) => {
    const program = await (kind === 'static' ? prepareStatic(context) : prepareNode(context));
    const { platform } = context;
    if (!platform) return [bareSeries(program)];
    const url = new URL(await platform.deploy(program.appFolder, kind));
    stack.defer(async () => {
      await platform.must(['app', 'delete', '--name', kind, '--force', '--wait']);
    });
    const containers = await containerSeries(program, { context, platform, url, stack });
    return [...containers, bareSeries(program), platformSeries(url, platform)];
  },
}));

async function prepareStatic({ folder }: BenchContext): Promise<Program> {
  const server = await prepareStaticServer(join(folder, 'static'));
  const appFolder = await writeFolder(join(folder, 'static-app'), {
    Dockerfile: `FROM scratch\nCOPY hello-server /hello-server\nCMD ["/hello-server"]\n`,
  });
  await copyFile(server, join(appFolder, 'hello-server'));
  return { kind: 'static', argv: [server], appFolder };
}

async function prepareNode({ folder }: BenchContext): Promise<Program> {
  const appFolder = await writeFolder(join(folder, 'node-app'), {
    'package.json': JSON.stringify({ name: 'node', scripts: { start: 'node server.js' } }),
  });
  await copyFile(NODE_SERVER, join(appFolder, 'server.js'));
  return { kind: 'node', argv: [process.execPath, NODE_SERVER], appFolder };
}

function bareSeries({ argv }: Program): Series {
  return {
    name: 'bare process',
    async measure() {
      const port = await freePort();
      const startedAt = performance.now();
      const child = startProgram(argv, { env: { PORT: String(port) } });
      const value = await firstByteMs({ port, startedAt });
      await endProgram(child);
      return value;
    },
  };
}

/** The bundles are those of an instance of the app, so the app is woken once. */
async function containerSeries(
  { kind }: Program,
  parts: {
    readonly context: BenchContext;
    readonly platform: TestPlatform;
    readonly url: URL;
    readonly stack: AsyncDisposableStack;
  },
): Promise<readonly Series[]> {
  const { context, platform, url, stack } = parts;
  await askOnce(url);
  const [instance] = await livingInstances(platform.config);
  if (!instance) throw new Error(`Cannot measure "${kind}": it answers, but has no instance`);
  // A copy of an image takes longer than an app stays awake without requests.
  const keeper = setInterval(() => void askOnce(url), KEEP_AWAKE_MS);
  const copy = await copyInstance(instance, join(context.folder, `${kind}-copy`)).finally(() => clearInterval(keeper));
  const ids = copy.config.linux.uidMappings?.[0];
  if (!ids) throw new Error(`Cannot measure "${kind}": its instances have no user namespace`);
  const ground = await openContainerGround(ids, stack);
  const profile = seccompProfileFor(
    JSON.parse(await readFile(PROFILE_PATH, 'utf8')) as DistributionProfile,
    process.arch,
  );
  const kinds = [
    { name: 'crun run', runtime: 'crun', seccomp: profile },
    { name: 'crun run, filter compiled before', runtime: 'crun', seccomp: undefined },
    { name: 'runc run', runtime: 'runc', seccomp: profile },
  ].filter(({ runtime }) => ['/usr/bin', '/usr/sbin'].some((dir) => existsSync(join(dir, runtime))));
  return Promise.all(kinds.map((one) => oneContainer(one, { kind, copy, ground, folder: context.folder })));
}

function askOnce(url: URL): Promise<number> {
  return firstByteMs({ port: Number(url.port), host: url.host, startedAt: performance.now() });
}

let containerNumber = 0;

async function oneContainer(
  {
    name,
    runtime,
    seccomp,
  }: { readonly name: string; readonly runtime: string; readonly seccomp?: OciSeccomp | undefined },
  parts: {
    readonly kind: string;
    readonly copy: InstanceCopy;
    readonly ground: ContainerGround;
    readonly folder: string;
  },
): Promise<Series> {
  const { kind, copy, ground, folder } = parts;
  const mark = `${kind}-${runtime}-${seccomp ? 'profile' : 'compiled'}`;
  const cgroupsPath = `/slipway-bench-${process.pid}-${mark}`;
  const plan = { ground, cgroupsPath, filesDir: copy.folder, seccomp };
  const bundle = await writeBundle(join(folder, `bundle-${mark}`), copy, plan);
  const root = join(folder, `${runtime}-root`);
  return {
    name,
    async measure() {
      const id = `bench-${process.pid}-${containerNumber++}`;
      const startedAt = performance.now();
      const child = startProgram([runtime, '--root', root, 'run', '--bundle', bundle, id]);
      try {
        return await firstByteMs({ port: APP_PORT, address: ground.address, startedAt });
      } finally {
        await runProcess([runtime, '--root', root, 'delete', '--force', id], { allowExitCodes: [0, 1] });
        await endProgram(child);
      }
    },
  };
}

function platformSeries(url: URL, platform: TestPlatform): Series {
  return {
    name: 'slipway',
    async measure() {
      await waitAsleep(platform.config);
      return askOnce(url);
    },
  };
}
