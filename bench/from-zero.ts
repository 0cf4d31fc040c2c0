/**
 * From zero to the first byte: the public URL of a sleeping app, with nothing that stands by and from a created sandbox,
 * against the same program in a container of the same configuration started by hand, and against the bare process. Once
 * with a static binary, where the platform is nearly all of it, once with Node.js. Baselines are asked directly, the app
 * through HAProxy, as its users do.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { OciSeccomp } from '@slipway/engine-host/testing';
import { runProcess } from '@slipway/process';
import type { TestPlatform } from '../test/platform.ts';
import { baselineProfile } from './baseline-profile.ts';
import { copyInstance, writeBundle, type InstanceCopy } from './bundle.ts';
import { openContainerGround, type ContainerGround } from './container-ground.ts';
import { quantileOf, type BenchContext, type Figure, type Series } from './figure.ts';
import { rest, waitAsleep, waitAwake, waitStandingBy } from './living-instances.ts';
import {
  askOnce,
  AT_REST,
  bareSeries,
  deployProgram,
  keepAwake,
  prepareNode,
  prepareStatic,
  type Program,
} from './measured-programs.ts';
import { endProgram, firstByteMs, startProgram } from './programs.ts';

const APP_PORT = 8080;
/** Of one round of the tail. */
const ASKS = 15;

const CONTAINERS = `"crun run" and "runc run" start the instance's own bundle: same root, user namespace, network namespace (both made
before), cgroup limits and seccomp profile, asked directly every millisecond. "crun run, filter compiled before" is given
the filter as the platform compiled it, so crun has nothing to compile. All of them begin after the same rest of the machine,
because that is when a request comes to an app that sleeps.`;

const METHOD = {
  nothing: `One request to the public URL of an app without an instance and with nothing that stands by (\`--standby none\`), its image
on the machine; time until the first byte of the answer. ${CONTAINERS}`,
  created: `One request to the public URL of a sleeping app for which a created sandbox waits (\`--standby created\`, what an app has by
default once its frozen instance had to leave); time until the first byte of the answer. ${CONTAINERS}`,
} as const;

const LIMIT = {
  'nothing-static': `Making the sandbox. "crun run" with the filter compiled before shows what crun, the kernel's namespaces, mounts and control
groups cost; conmon, which keeps logs and exit codes whatever happens to the daemon, the activator, HAProxy and the look
that finds the server listening come on top. ${AT_REST}`,
  'nothing-node': `The same time as for the static binary, on top of the boot of Node.js, which the platform does not shorten: it runs what
the image holds.`,
  'created-static': `The bare process is the limit: the program's own boot. On top come the way of the request (HAProxy, activator, HAProxy
again), the byte that begins the process with what crun still does then (the filter, the program's own exec), the look that
finds it listening, and five commands to HAProxy. ${AT_REST}`,
  'created-node': `The boot of Node.js inside the sandbox: cold caches of a mount namespace and an overlay make it a little longer than the
bare process. The platform's own part is that of the static binary.`,
} as const;

export type Start = 'nothing' | 'created';

/** With what each is compared, whatever goes before a start. */
export const START_SCENES = [
  ['static', 'nothing', [{ baseline: 'crun run', ratio: 1 }]],
  ['node', 'nothing', [{ baseline: 'crun run', ratio: 1 }]],
  [
    'static',
    'created',
    [
      { baseline: 'crun run', ratio: 0.3 },
      { baseline: 'runc run', ratio: 0.1 },
    ],
  ],
  ['node', 'created', [{ baseline: 'bare process', ratio: 1.2 }]],
] as const;

const MEDIANS: readonly Figure[] = START_SCENES.map(([kind, start, targets]) => ({
  id: `from-zero-${kind}${start === 'nothing' ? '' : '-created'}`,
  title: `From ${start === 'nothing' ? 'nothing' : 'a created sandbox'} to the first byte, ${kind === 'node' ? 'Node.js app' : 'static binary'}`,
  unit: 'ms',
  better: 'lower',
  targets,
  rounds: 25,
  method: METHOD[start],
  limit: LIMIT[`${start}-${kind}`],
  prepare: (context, stack) => prepareScene({ kind, start }, { context, stack }),
}));

const TAIL: Figure = {
  id: 'from-zero-static-created-p99',
  title: 'From a created sandbox to the first byte, static binary, 99th percentile',
  unit: 'ms',
  better: 'lower',
  targets: [{ baseline: 'crun run', ratio: 0.5 }],
  rounds: 5,
  method: `${METHOD.created} A round asks each ${ASKS} times; the figure is the 99th percentile of these, so nearly the slowest of a round.`,
  limit: LIMIT['created-static'],
  prepare: async (context, stack) => {
    const all = await prepareScene({ kind: 'static', start: 'created' }, { context, stack });
    const compared = all.filter(({ name }) => name === 'crun run' || name === 'slipway');
    return compared.map(({ name, measure }) => ({ name, measure: quantileOf(ASKS, 0.99, measure) }));
  },
};

export const FROM_ZERO: readonly Figure[] = [...MEDIANS, TAIL];

async function prepareScene(
  { kind, start }: { readonly kind: Program['kind']; readonly start: Start },
  { context, stack }: { readonly context: BenchContext; readonly stack: AsyncDisposableStack },
): Promise<readonly Series[]> {
  const program = await (kind === 'static' ? prepareStatic(context) : prepareNode(context));
  const { platform } = context;
  if (!platform) return [bareSeries(program)];
  const flags = ['--standby', start === 'nothing' ? 'none' : 'created'];
  const url = await deployProgram(program, { platform, stack, flags });
  const containers = await containerSeries(program, { context, platform, url, stack });
  return [...containers, bareSeries(program), platformSeries(url, { platform, start, kind })];
}

/** The bundles are those of an instance of the app, so the app is woken once. */
export async function containerSeries(
  { kind }: Program,
  parts: {
    readonly context: BenchContext;
    readonly platform: TestPlatform;
    readonly url: URL;
    readonly stack: AsyncDisposableStack;
    /** What goes before each start. */
    readonly before?: () => Promise<void>;
  },
): Promise<readonly Series[]> {
  const { context, platform, url, stack, before = rest } = parts;
  const copy = await keepAwake(url, async () => {
    const instance = await waitAwake(platform.config, kind);
    return copyInstance(instance, join(context.folder, `${kind}-copy`));
  });
  const ids = copy.config.linux.uidMappings?.[0];
  if (!ids) throw new Error(`Cannot measure "${kind}": its instances have no user namespace`);
  const ground = await openContainerGround(ids, stack);
  const profile = await baselineProfile();
  const kinds = [
    { name: 'crun run', runtime: 'crun', seccomp: profile },
    { name: 'crun run, filter compiled before', runtime: 'crun', seccomp: undefined },
    { name: 'runc run', runtime: 'runc', seccomp: profile },
  ].filter(({ runtime }) => ['/usr/bin', '/usr/sbin'].some((dir) => existsSync(join(dir, runtime))));
  return Promise.all(kinds.map((one) => oneContainer(one, { kind, copy, ground, folder: context.folder, before })));
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
    readonly before: () => Promise<void>;
  },
): Promise<Series> {
  const { kind, copy, ground, folder, before } = parts;
  const mark = `${kind}-${runtime}-${seccomp ? 'profile' : 'compiled'}`;
  const cgroupsPath = `/slipway-bench-${process.pid}-${mark}`;
  const plan = { ground, cgroupsPath, filesDir: copy.folder, seccomp };
  const bundle = await writeBundle(join(folder, `bundle-${mark}`), copy, plan);
  const root = join(folder, `${runtime}-root`);
  return {
    name,
    async measure() {
      const id = `bench-${process.pid}-${containerNumber++}`;
      await before();
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
