/**
 * A hundred apps that sleep and are asked at the same moment, against a hundred containers of the same configuration that
 * are started by hand, two at a time, as `xargs -P2 crun run` would. Both end with the last first byte; what was started
 * runs on until then, and its end is not counted.
 */
import { once } from 'node:events';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { runProcess } from '@slipway/process';
import { startPlatform, type TestPlatform } from '../test/platform.ts';
import { copyInstance, writeBundle } from './bundle.ts';
import { openContainerGround } from './container-ground.ts';
import { addCopies, copiedHosts, isCopy } from './copied-apps.ts';
import { baselineProfile } from './baseline-profile.ts';
import type { BenchContext, Figure, Series } from './figure.ts';
import { rest, waitAllCreated, waitAsleep, waitAwake } from './living-instances.ts';
import { keepAwake, prepareStatic, type Program } from './measured-programs.ts';
import { endProgram, firstByteMs, startProgram } from './programs.ts';
import { openRuntimeRoot } from './runtime-root.ts';
import { sleepAfterBurst } from './sleep-soon.ts';

const COUNT = 100;
const APP_PORT = 8080;
const BASELINE = 'crun run, two at a time';

type Start = 'created' | 'none';

interface Container {
  readonly bundle: string;
  readonly address: string;
}

const METHOD = `${COUNT} apps of the same static server, in ten projects, each asked once over its public URL, all at the same moment, until
the last of them has sent its first byte. "${BASELINE}" starts as many containers with the configuration of these
instances (root, user namespace, control group with its limits, filter; network namespaces and mounts made before, its state
in memory as the platform's is), the next one when one has answered its first byte, asked directly every millisecond; all run
on until the last has answered.`;

const LIMIT = {
  created: `The processors: a hundred sandboxes begin their programs, and a hundred requests go through the activator and twice through
HAProxy, on as many cores as the baseline has.`,
  none: `The processors: a hundred sandboxes are made, by the same crun as the baseline's, with a conmon and an overlay each, at most
${4 * availableParallelism()} of them at the same moment on this machine; a hundred requests go through the activator and twice through
HAProxy. Of the processor time for one about 6 ms are crun's, which has no filter to compile here, 3 conmon's, 7 the daemon's and
1.5 those of HAProxy and the program; half a millisecond of each program that is loaded is the C library's look at the processor,
which a virtual machine has to ask its host for. Their network namespaces wait, as the baseline's do, because a wave like it
came before: the round that does not count had to make them, and takes longer.`,
} as const;

export const WAKE_MANY: readonly Figure[] = [manyFigure('created'), manyFigure('none')];

function manyFigure(start: Start): Figure {
  const what = start === 'created' ? 'a created sandbox for each' : 'nothing standing by';
  return {
    id: `wake-${COUNT}${start === 'created' ? '-created' : ''}`,
    title: `${COUNT} sleeping apps asked at once, ${what}: until the last first byte`,
    unit: 'ms',
    better: 'lower',
    targets: [{ baseline: BASELINE, ratio: 0.7 }],
    rounds: start === 'created' ? 4 : 6,
    method: METHOD,
    limit: LIMIT[start],
    prepare: async (context, stack) => {
      if (!context.platform) throw new Error('Cannot measure many apps: the platform was left out');
      const program = await prepareStatic(context);
      const capacity = ['--cpu-capacity', '200', '--memory-capacity', '200G', '--standby-memory', '2G'];
      const platform = stack.use(await startPlatform({ tune: sleepAfterBurst, upFlags: capacity }));
      const size = ['--cpu', '0.125', '--memory', '250M'];
      const url = new URL(await platform.deploy(program.appFolder, program.kind, [...size, '--standby', start]));
      const baseline = await containersSeries({ program, url, platform }, { context, stack });
      await addCopies(platform, { like: program.kind, count: COUNT });
      const hosts = copiedHosts(url, COUNT);
      return [baseline, appsSeries(start, { hosts, url, platform })];
    },
  };
}

function appsSeries(
  start: Start,
  { hosts, url, platform }: { readonly hosts: readonly string[]; readonly url: URL; readonly platform: TestPlatform },
): Series {
  const port = Number(url.port);
  const askAll = async () => {
    const startedAt = performance.now();
    const times = await Promise.all(hosts.map((host) => firstByteMs({ port, host, startedAt, isSuccess: true })));
    return Math.max(...times);
  };
  let isUsed = false;
  return {
    name: 'slipway',
    async measure() {
      // A sandbox is made for what was used; the round that does not count is the first use.
      await (start === 'created' && isUsed
        ? waitAllCreated(platform.config, { count: COUNT, isMeant: isCopy })
        : waitAsleep(platform.config));
      isUsed = true;
      return askAll();
    },
  };
}

/** As many grounds as containers, because all of them run at the end. */
async function containersSeries(
  app: { readonly program: Program; readonly url: URL; readonly platform: TestPlatform },
  { context, stack }: { readonly context: BenchContext; readonly stack: AsyncDisposableStack },
): Promise<Series> {
  const { program, url, platform } = app;
  const folder = join(context.folder, `many-${platform.name}`);
  const copy = await keepAwake(url, async () => {
    const instance = await waitAwake(platform.config, program.kind);
    return copyInstance(instance, join(folder, 'copy'));
  });
  const ids = copy.config.linux.uidMappings?.[0];
  if (!ids) throw new Error('Cannot measure many containers: instances have no user namespace');
  const seccomp = await baselineProfile();
  const containers: Container[] = [];
  for (let number = 0; number < COUNT; number += 1) {
    const ground = await openContainerGround(ids, stack);
    const cgroupsPath = `/slipway-bench-${process.pid}-many-${number}`;
    const plan = { ground, cgroupsPath, filesDir: copy.folder, seccomp };
    containers.push({ bundle: await writeBundle(join(folder, `${number}`), copy, plan), address: ground.address });
  }
  const root = await openRuntimeRoot(join(folder, 'crun-root'), stack);
  return { name: BASELINE, measure: () => startAll(containers, root) };
}

async function startAll(containers: readonly Container[], root: string): Promise<number> {
  await using stack = new AsyncDisposableStack();
  await rest();
  const startedAt = performance.now();
  let next = 0;
  async function work(): Promise<void> {
    for (let at = next++; at < containers.length; at = next++) {
      const { bundle = '', address = '' } = containers[at] ?? {};
      // As the platform does: what crun refuses because another program mounted a hierarchy of groups is tried once more.
      if (!(await start(`many-${process.pid}-${at}`, { bundle, address })))
        await start(`many-${process.pid}-${at}-again`, { bundle, address });
    }
  }
  /** False when crun ended without an answer of the program. */
  async function start(id: string, { address, bundle }: Container): Promise<boolean> {
    const child = startProgram(['crun', '--root', root, 'run', '--bundle', bundle, id]);
    stack.defer(async () => {
      await runProcess(['crun', '--root', root, 'delete', '--force', id], { allowExitCodes: [0, 1] });
      await endProgram(child);
    });
    const ended = once(child, 'exit').then(() => false);
    const answered = firstByteMs({ port: APP_PORT, address, startedAt: performance.now() }).then(() => true);
    answered.catch(() => undefined);
    return Promise.race([answered, ended]);
  }
  await Promise.all([work(), work()]);
  return performance.now() - startedAt;
}
