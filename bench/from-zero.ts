/**
 * From zero to the first byte: the public URL of a sleeping app, with nothing that stands by and from a created sandbox,
 * against the same program in a container of the same configuration started by hand, and against the bare process; and
 * from a frozen instance against the same app awake. Once with a static binary, where the platform is nearly
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
import { rest, waitAsleep, waitAwake, waitStandingBy } from './living-instances.ts';
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

const CONTAINERS = `"crun run" and "runc run" start the instance's own bundle: same root, user namespace, network namespace (both made
before), cgroup limits and seccomp profile, asked directly every millisecond. "crun run, filter compiled before" is given
the filter as the platform compiled it, so crun has nothing to compile.`;

const METHOD = {
  nothing: `One request to the public URL of an app without an instance and with nothing that stands by (\`--standby none\`), its image
on the machine; time until the first byte of the answer. ${CONTAINERS}`,
  created: `One request to the public URL of a sleeping app for which a created sandbox waits (\`--standby created\`, what an app has by
default once its frozen instance had to leave); time until the first byte of the answer. ${CONTAINERS}`,
} as const;

/** Seen with two processes that pass a byte through pipes: microseconds one after the other, half a millisecond after half a second. */
const AT_REST = `On a machine at rest the processors sleep and their caches are cold: there the first hand-overs from one process to the next
take many times as long as on a busy one, and the way of a held request has more of them than the baseline's.`;

const LIMIT = {
  'nothing-static': `Making the sandbox. "crun run" with the filter compiled before shows what crun, the kernel's namespaces, mounts and control
groups cost; conmon, which keeps logs and exit codes whatever happens to the daemon, the activator, HAProxy and the look
that finds the server listening come on top.`,
  'nothing-node': `The same time as for the static binary, on top of the boot of Node.js, which the platform does not shorten: it runs what
the image holds.`,
  'created-static': `The bare process is the limit: the program's own boot. On top come the way of the request (HAProxy, activator, HAProxy
again), the byte that begins the process with what crun still does then (the filter, the program's own exec), the look that
finds it listening, and five commands to HAProxy. ${AT_REST}`,
  'created-node': `The boot of Node.js inside the sandbox: cold caches of a mount namespace and an overlay make it a little longer than the
bare process. The platform's own part is that of the static binary.`,
} as const;

type Start = 'nothing' | 'created';

const SCENES = [
  ['static', 'nothing', { baseline: 'crun run', ratio: 1 }],
  ['node', 'nothing', { baseline: 'crun run', ratio: 1 }],
  ['static', 'created', { baseline: 'crun run', ratio: 0.3 }],
  ['node', 'created', { baseline: 'bare process', ratio: 1.2 }],
] as const;

export const FROM_ZERO: readonly Figure[] = SCENES.map(([kind, start, target]) => ({
  id: `from-zero-${kind}${start === 'nothing' ? '' : '-created'}`,
  title: `From ${start === 'nothing' ? 'nothing' : 'a created sandbox'} to the first byte, ${kind === 'node' ? 'Node.js app' : 'static binary'}`,
  unit: 'ms',
  better: 'lower',
  targets: [target],
  rounds: 25,
  method: METHOD[start],
  limit: LIMIT[`${start}-${kind}`],
  prepare: async (context, stack) => {
    const program = await (kind === 'static' ? prepareStatic(context) : prepareNode(context));
    const { platform } = context;
    if (!platform) return [bareSeries(program)];
    const url = await deployProgram(program, { platform, stack, standby: start === 'nothing' ? 'none' : 'created' });
    const containers = await containerSeries(program, { context, platform, url, stack });
    return [...containers, bareSeries(program), platformSeries(url, { platform, start, kind })];
  },
}));

const FROZEN_METHOD = `One request to the public URL of a Node.js app that sleeps frozen, against the next request to the same app, which then is
awake; both over a connection of their own, time until the first byte. The target is the warm request and 1.5 ms.`;

const FROZEN_LIMIT = `The way over the activator: HAProxy asks it, it thaws the instance and tells HAProxy of it in six commands, and hands the
request back to HAProxy. The kernel's part, letting the processes go on, is far below a millisecond. ${AT_REST}`;

export const FROM_FROZEN: Figure = {
  id: 'from-zero-frozen',
  title: 'From a frozen instance to the first byte, Node.js app',
  unit: 'ms',
  better: 'lower',
  targets: [{ baseline: 'warm request and 1.5 ms', ratio: 1 }],
  rounds: 25,
  method: FROZEN_METHOD,
  limit: FROZEN_LIMIT,
  prepare: async (context, stack) => {
    const program = await prepareNode(context);
    const { platform } = context;
    if (!platform) return [bareSeries(program)];
    const url = await deployProgram(program, { platform, stack, standby: 'frozen' });
    const warmMs = async () => {
      await askOnce(url);
      return askOnce(url);
    };
    return [
      { name: 'warm request and 1.5 ms', measure: async () => (await warmMs()) + 1.5 },
      { name: 'warm request', measure: warmMs },
      {
        name: 'slipway',
        async measure() {
          await waitStandingBy(platform.config, program.kind, 'frozen');
          return askOnce(url);
        },
      },
    ];
  },
};

async function deployProgram(
  { appFolder, kind }: Program,
  options: { readonly platform: TestPlatform; readonly stack: AsyncDisposableStack; readonly standby: string },
): Promise<URL> {
  const { platform, stack, standby } = options;
  const url = new URL(await platform.deploy(appFolder, kind, ['--standby', standby]));
  stack.defer(async () => {
    await platform.must(['app', 'delete', '--name', kind, '--force', '--wait']);
  });
  return url;
}

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
      await rest();
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
  // A copy of an image takes longer than an app stays awake without requests.
  const keeper = setInterval(() => void askOnce(url), KEEP_AWAKE_MS);
  const copy = await waitAwake(platform.config, kind)
    .then((instance) => copyInstance(instance, join(context.folder, `${kind}-copy`)))
    .finally(() => clearInterval(keeper));
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
      await rest();
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

function platformSeries(
  url: URL,
  app: { readonly platform: TestPlatform; readonly start: Start; readonly kind: Program['kind'] },
): Series {
  const { config } = app.platform;
  return {
    name: 'slipway',
    async measure() {
      await (app.start === 'nothing' ? waitAsleep(config) : waitStandingBy(config, app.kind, 'created'));
      return askOnce(url);
    },
  };
}
