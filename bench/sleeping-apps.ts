/**
 * What ten thousand sleeping apps cost: the wake of one among them against the same on a platform with that one alone, and
 * the memory of the whole platform. They are written into the store as the daemon keeps them, so that the machine is full
 * within seconds; started anew, the daemon declares them all.
 */
import { copyFile } from 'node:fs/promises';
import { join } from 'node:path';
import { openSqliteStore } from '@slipway/store';
import { writeFolder } from '../test/app-folder.ts';
import { startPlatform, type TestPlatform, type WrittenConfig } from '../test/platform.ts';
import type { BenchContext, Figure, Series } from './figure.ts';
import { waitAsleep } from './living-instances.ts';
import { findProcesses, pssMib } from './platform-processes.ts';
import { firstByteMs } from './programs.ts';
import { prepareStaticServer } from './static-server.ts';

const COUNT = 10_000;
const NAME = 'sleeper';
/** Rows that share one commit. */
const FILL_AT_ONCE = 400;
const COPIED_KINDS = ['app', 'app_revision'] as const;

const METHOD = `Two platforms on the machine, the same static app on both; one has ten thousand apps beside it that were copied from it.`;

export const SLEEPING_APPS: readonly Figure[] = [
  {
    id: 'sleeping-wake',
    title: 'From zero to the first byte among ten thousand sleeping apps',
    unit: 'ms',
    better: 'lower',
    targets: [{ baseline: 'the app alone', ratio: 1.2 }],
    rounds: 25,
    method: `${METHOD} One request to the sleeping app, until the first byte of the answer.`,
    limit: `A look into a table of hosts is the same for ten and for ten thousand; what grows is the heap that is collected now and then.`,
    prepare: async (context, stack) => {
      const { alone, among } = await openBoth(context, stack);
      return [wakeSeries('the app alone', alone), wakeSeries('slipway', among)];
    },
  },
  {
    id: 'sleeping-memory',
    title: 'Memory of a platform with ten thousand sleeping apps',
    unit: 'MiB',
    better: 'lower',
    targets: [],
    rounds: 5,
    method: `${METHOD} Sum of the proportional set sizes of all processes of the platform.`,
    limit: `The daemon keeps what each app declares, a few KiB, so that no look into the store stands between a request and its app.`,
    prepare: async (context, stack) => {
      const { alone, among } = await openBoth(context, stack);
      return [memorySeries('the app alone', alone.config), memorySeries('slipway', among.config)];
    },
  },
];

interface Sleeper {
  readonly config: WrittenConfig;
  readonly url: URL;
}

async function openBoth(
  { folder }: BenchContext,
  stack: AsyncDisposableStack,
): Promise<{ readonly alone: Sleeper; readonly among: Sleeper }> {
  const server = await prepareStaticServer(join(folder, NAME));
  const appFolder = await writeFolder(join(folder, `${NAME}-app`), {
    Dockerfile: 'FROM scratch\nCOPY hello-server /hello-server\nCMD ["/hello-server", "8080"]\n',
  });
  await copyFile(server, join(appFolder, 'hello-server'));
  async function open(): Promise<{ platform: TestPlatform; sleeper: Sleeper }> {
    const platform = stack.use(await startPlatform({ tune: sleepSoon }));
    const url = new URL(await platform.deploy(appFolder, NAME));
    return { platform, sleeper: { config: platform.config, url } };
  }
  const alone = await open();
  const among = await open();
  await among.platform.must(['down']);
  await copyApp(among.platform.config, COUNT);
  await among.platform.must(['up']);
  return { alone: alone.sleeper, among: among.sleeper };
}

/** Rows like those of the app, under other names; past the quotas, which count when an app is created. */
async function copyApp({ stateDir }: WrittenConfig, count: number): Promise<void> {
  const store = await openSqliteStore({ path: join(stateDir, 'resources.sqlite') });
  const models = (await Promise.all(COPIED_KINDS.map((kind) => store.list({ kind, limit: 10 })))).flat();
  for (let from = 0; from < count; from += FILL_AT_ONCE) {
    const names = Array.from({ length: Math.min(FILL_AT_ONCE, count - from) }, (_none, at) => `filler-${from + at}`);
    const rows = names.flatMap((name) =>
      models.map(({ kind, projectId, ...model }) => {
        const renamed = JSON.parse(JSON.stringify(model), (_key, value: unknown) =>
          renameIn(value, name),
        ) as typeof model;
        return { kind, projectId, ...renamed, id: crypto.randomUUID() };
      }),
    );
    await Promise.all(rows.map((row) => store.insert(row)));
  }
  await store.close();
}

/** The app's name and those of its revisions; its image stays what it is. */
function renameIn(value: unknown, name: string): unknown {
  if (typeof value !== 'string') return value;
  return value === NAME || /^-\d{5}$/.test(value.slice(NAME.length)) ? value.replace(NAME, name) : value;
}

function wakeSeries(name: string, { config, url }: Sleeper): Series {
  return {
    name,
    async measure() {
      await waitAsleep(config);
      return firstByteMs({ port: Number(url.port), host: url.host, startedAt: performance.now() });
    },
  };
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

function sleepSoon(config: WrittenConfig): WrittenConfig {
  return { ...config, scaling: { ...config.scaling, stableWindowMs: 300, scaleToZeroGraceMs: 1 } };
}
