/**
 * What the API costs as resources grow: create, read, list and many writers at once, over HTTP with credential, validation and
 * store, with a hundred, ten thousand and a hundred thousand resources, against a single etcd on the same disk over HTTP.
 */
import { join } from 'node:path';
import { DATA, fillStore, listAll, openProject, VALUE } from './api-ground.ts';
import { callsPerSecond, medianMs } from './api-load.ts';
import { ACCESS_FIGURE } from './api-access.ts';
import { MEMORY_FIGURE } from './api-memory.ts';
import { startEtcd, type Etcd } from './etcd.ts';
import type { BenchContext, Figure, Series } from './figure.ts';

const COUNTS = [100, 10_000, 100_000] as const;
const MEASURES = ['create', 'read', 'writers'] as const;
type Measure = (typeof MEASURES)[number];

const CALLS = 60;
const WRITERS = 32;
const WRITE_SECONDS = 1;
const LISTED = 10_000;

const TITLES: Readonly<Record<Measure, string>> = {
  create: 'create one, one caller',
  read: 'read one, one caller',
  writers: `writes of ${WRITERS} callers at once`,
};

const METHOD = `Config maps of a few hundred bytes. "etcd" keeps the same bytes under a key and is asked over HTTP by the same client.
Both answer a write when it is synced to the disk. The others are filled in before; a write is followed by a delete, so that
their number stays.`;

const LIMIT = `Each call is HTTP, a credential, a validated document, a quota that is counted and one statement of SQLite in the thread of
the daemon. etcd's gateway is compiled, does none of that, and shares one sync among callers who write at once.`;

export const API_RESOURCES: readonly Figure[] = [
  ...COUNTS.flatMap((count) => MEASURES.map((measure) => resourceFigure(measure, count))),
  listFigure(),
  ACCESS_FIGURE,
  MEMORY_FIGURE,
];

function resourceFigure(measure: Measure, count: number): Figure {
  return {
    id: `api-${measure}-${count}`,
    title: `API with ${count} resources: ${TITLES[measure]}`,
    unit: measure === 'writers' ? 'writes/s' : 'ms',
    better: measure === 'writers' ? 'higher' : 'lower',
    targets: [],
    rounds: 9,
    method: METHOD,
    limit: LIMIT,
    prepare: async (context, stack) => {
      const etcd = await startEtcd(join(context.folder, `api-${measure}-${count}`), stack);
      await etcd.fill('filler/', count, VALUE);
      const ours = context.platform ? [await ourSeries(context, { measure, count, stack })] : [];
      return [etcdSeries(etcd, measure), ...ours];
    },
  };
}

function etcdSeries(etcd: Etcd, measure: Measure): Series {
  const cycle = async (key: string) => {
    await etcd.put(key, VALUE);
    await etcd.remove(key);
  };
  return {
    name: 'etcd',
    measure: async () => {
      if (measure === 'read') return await medianMs(CALLS, () => etcd.get('filler/7'));
      if (measure === 'create') {
        const taken = await medianMs(CALLS, (index) => etcd.put(`new/${index}`, VALUE));
        for (let index = 0; index < CALLS; index += 1) await etcd.remove(`new/${index}`);
        return taken;
      }
      return (
        2 * (await callsPerSecond({ workers: WRITERS, seconds: WRITE_SECONDS }, (worker) => cycle(`new/${worker}`)))
      );
    },
  };
}

async function ourSeries(
  context: BenchContext,
  {
    measure,
    count,
    stack,
  }: { readonly measure: Measure; readonly count: number; readonly stack: AsyncDisposableStack },
): Promise<Series> {
  const { service, path } = await openProject(context, stack);
  await fillStore(context, count);
  const create = (name: string) => service.ask({ method: 'POST', path, body: JSON.stringify({ name, data: DATA }) });
  const remove = (name: string) => service.ask({ method: 'DELETE', path: `${path}/${name}` });
  return {
    name: 'slipway',
    measure: async () => {
      if (measure === 'read') {
        await create('read-me');
        const taken = await medianMs(CALLS, () => service.ask({ method: 'GET', path: `${path}/read-me` }));
        await remove('read-me');
        return taken;
      }
      if (measure === 'create') {
        const taken = await medianMs(CALLS, (index) => create(`new-${index}`));
        for (let index = 0; index < CALLS; index += 1) await remove(`new-${index}`);
        return taken;
      }
      const cycle = async (worker: number) => {
        await create(`new-${worker}`);
        await remove(`new-${worker}`);
      };
      return 2 * (await callsPerSecond({ workers: WRITERS, seconds: WRITE_SECONDS }, cycle));
    },
  };
}

function listFigure(): Figure {
  return {
    id: 'api-list',
    title: `API: list ${LISTED} resources of a project`,
    unit: 'ms',
    better: 'lower',
    targets: [],
    rounds: 9,
    method: `${METHOD} A list of the API comes in pages of 100, the most the public API gives; etcd gives all in one answer.`,
    limit: `Every page is a request of its own, and every entry is shown with all its fields and links; most of the time goes into JSON.`,
    prepare: async (context, stack) => {
      const etcd = await startEtcd(join(context.folder, 'api-list'), stack);
      await etcd.fill('listed/', LISTED, VALUE);
      const once = (list: () => Promise<unknown>) => async () => await medianMs(1, list);
      const baseline: Series = { name: 'etcd', measure: once(() => etcd.list('listed/')) };
      if (!context.platform) return [baseline];
      const project = await openProject(context, stack);
      await fillStore(context, LISTED, project.projectId);
      return [baseline, { name: 'slipway', measure: once(() => listAll(project, LISTED)) }];
    },
  };
}
