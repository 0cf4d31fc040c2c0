/** What ten thousand more resources cost in memory, after every one of them was listed once. */
import { join } from 'node:path';
import { fillStore, listAll, openProject, VALUE } from './api-ground.ts';
import { startEtcd } from './etcd.ts';
import type { BenchContext, Figure, Series } from './figure.ts';
import { findProcesses, pssMib } from './platform-processes.ts';

const STEP = 10_000;

export const MEMORY_FIGURE: Figure = {
  id: 'api-memory',
  title: `Memory of ${STEP} more resources`,
  unit: 'MiB',
  better: 'lower',
  targets: [],
  rounds: 5,
  method: `Proportional set size of etcd, and of the daemon, before and after ${STEP} more config maps are there and all of them were listed
once; each round adds as many.`,
  limit: `The daemon keeps no resource in memory; what grows is the cache of SQLite, which is bounded, and garbage that is not collected
yet. etcd maps its whole file and keeps an index of all keys.`,
  prepare: async (context, stack) => {
    const etcd = await startEtcd(join(context.folder, 'api-memory'), stack);
    let keys = 0;
    const baseline: Series = {
      name: 'etcd',
      measure: growth(
        () => pssMib(etcd.pid),
        async () => {
          await etcd.fill(`step-${(keys += STEP)}/`, STEP, VALUE);
          await etcd.list('step-');
        },
      ),
    };
    return context.platform ? [baseline, await ourSeries(context, stack)] : [baseline];
  },
};

async function ourSeries(context: BenchContext, stack: AsyncDisposableStack): Promise<Series> {
  const project = await openProject(context, stack);
  const { config } = context.platform ?? {};
  const daemon = config && (await findProcesses(config)).find(({ name }) => name === 'daemon');
  if (!daemon) throw new Error('Cannot measure the daemon: it does not run');
  let rows = 0;
  return {
    name: 'slipway',
    measure: growth(
      () => pssMib(daemon.pid),
      async () => {
        await fillStore(context, (rows += STEP), project.projectId);
        await listAll(project, rows);
      },
    ),
  };
}

function growth(look: () => Promise<number>, grow: () => Promise<void>): () => Promise<number> {
  return async () => {
    const before = await look();
    await grow();
    return (await look()) - before;
  };
}
