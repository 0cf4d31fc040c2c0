/**
 * What many sleeping apps cost: the wake of one among them against the same on a platform with ten, and the memory of the
 * whole platform. They are written into the store as the daemon keeps them, so that the machine is full
 * within seconds; started anew, the daemon declares them all.
 */
import { copyFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeFolder } from '../test/app-folder.ts';
import { startPlatform, type WrittenConfig } from '../test/platform.ts';
import { addCopies } from './copied-apps.ts';
import { quantileOf, type BenchContext, type Figure, type Series } from './figure.ts';
import { waitAsleep } from './living-instances.ts';
import { findProcesses, pssMib } from './platform-processes.ts';
import { askOnce } from './measured-programs.ts';
import { sleepSoon } from './sleep-soon.ts';
import { prepareStaticServer } from './static-server.ts';

const SIZES = [10_000, 100_000] as const;
/** Of the platform that is compared with. */
const FEW = 10;
const NAME = 'sleeper';
/** Wakes of a round: its value is nearly their slowest. */
const WAKES = 10;

const GIB = '1 GiB';

const METHOD = `Two platforms on the machine, the same static app on both, with nothing that stands by (\`--standby none\`). One has nine
apps beside it, the other one all the rest, in ten projects; they were copied from it into the store, past the
quotas, and declared by a daemon that was started anew.`;

export const SLEEPING_APPS: readonly Figure[] = SIZES.flatMap((count) => [wakeFigure(count), memoryFigure(count)]);

function wakeFigure(count: number): Figure {
  return {
    id: `sleeping-wake-${count}`,
    title: `From zero to the first byte among ${count} sleeping apps, 99th percentile`,
    unit: 'ms',
    better: 'lower',
    targets: [{ baseline: 'among 10 apps', ratio: 1.2 }],
    rounds: 3,
    method: `${METHOD} A round asks the sleeping app ${WAKES} times and waits until it sleeps before each; the figure is the 99th
percentile of the times until the first byte of the answer, so nearly the slowest of a round.`,
    limit: `A look into a table of hosts is the same for ten apps and for many; what grows is the heap that is collected now and then,
what the kernel copies of the daemon's page tables when it starts a program, and the full pass of the control plane, which
looks at every app again and again, behind everything else: some forty apps in a second, many more in the first pass after a
start, during which a hundred thousand are measured.`,
    prepare: async (context, stack) => {
      const few = await openWith(FEW, { context, stack });
      const many = await openWith(count, { context, stack });
      return [wakeSeries('among 10 apps', few), wakeSeries('slipway', many)];
    },
  };
}

function memoryFigure(count: number): Figure {
  return {
    id: `sleeping-memory-${count}`,
    title: `Memory of a platform with ${count} sleeping apps`,
    unit: 'MiB',
    better: 'lower',
    targets: [{ baseline: GIB, ratio: 1 }],
    rounds: 5,
    method: `${METHOD} Sum of the proportional set sizes of all processes of the platform; "${GIB}" is the bound to keep.`,
    limit: `The daemon keeps what each app declares, some two and a half KiB, so that no look into the store stands between a request and
its app, and lets its heap grow to twice that before it collects; what wakes and scales an app is made with its first request.
Each project's name server keeps the names.`,
    prepare: async (context, stack) => {
      const few = await openWith(FEW, { context, stack });
      const many = await openWith(count, { context, stack });
      return [
        { name: GIB, measure: async () => 1024 },
        memorySeries('with 10 apps', few.config),
        memorySeries('slipway', many.config),
      ];
    },
  };
}

interface Sleeper {
  readonly config: WrittenConfig;
  readonly url: URL;
}

/** A platform with so many apps, all of them asleep. */
async function openWith(
  count: number,
  { context, stack }: { readonly context: BenchContext; readonly stack: AsyncDisposableStack },
): Promise<Sleeper> {
  const folder = join(context.folder, `${NAME}-${count}`);
  const server = await prepareStaticServer(folder);
  const appFolder = await writeFolder(join(folder, 'app'), {
    Dockerfile: 'FROM scratch\nCOPY hello-server /hello-server\nCMD ["/hello-server", "8080"]\n',
  });
  await copyFile(server, join(appFolder, 'hello-server'));
  const platform = stack.use(await startPlatform({ tune: sleepSoon }));
  const size = ['--cpu', '0.125', '--memory', '250M'];
  const url = new URL(await platform.deploy(appFolder, NAME, ['--standby', 'none', ...size]));
  await addCopies(platform, { like: NAME, count: count - 1 });
  return { config: platform.config, url };
}

function wakeSeries(name: string, { config, url }: Sleeper): Series {
  const measure = quantileOf(WAKES, 0.99, async () => {
    await waitAsleep(config);
    return askOnce(url);
  });
  return { name, measure };
}

function memorySeries(name: string, config: WrittenConfig): Series {
  let last: Readonly<Record<string, number>> = {};
  return {
    name,
    async measure() {
      const parts = await findProcesses(config);
      const sums = new Map<string, number>();
      for (const { pid, name: part } of parts) sums.set(part, (sums.get(part) ?? 0) + (await pssMib(pid)));
      last = Object.fromEntries(sums);
      return [...sums.values()].reduce((sum, one) => sum + one, 0);
    },
    parts: () => last,
  };
}
