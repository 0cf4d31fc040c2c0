/**
 * What the API costs as resources grow: create, read, list and many writers at once, over HTTP with credential, validation and
 * store, with a hundred, ten thousand and a hundred thousand resources, against a single etcd on the same disk over HTTP.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { openSqliteStore } from '@slipway/store';
import { callsPerSecond, connectTo, medianMs, type Service } from './api-load.ts';
import { startEtcd, type Etcd } from './etcd.ts';
import type { BenchContext, Figure, Series } from './figure.ts';

const COUNTS = [100, 10_000, 100_000] as const;
const MEASURES = ['create', 'read', 'writers'] as const;
type Measure = (typeof MEASURES)[number];

const CALLS = 60;
const WRITERS = 32;
const WRITE_SECONDS = 1;
const LISTED = 10_000;
const DATA = { GREETING: 'hello', LEVEL: 'info', LIMITS: 'x'.repeat(200) };
const VALUE = JSON.stringify(DATA);

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
      const { service, path, projectId } = await openProject(context, stack);
      await fillStore(context, LISTED, projectId);
      return [baseline, { name: 'slipway', measure: once(() => listAll(service, path)) }];
    },
  };
}

async function listAll(service: Service, path: string): Promise<number> {
  let seen = 0;
  for (let start: string | undefined = ''; start !== undefined;) {
    const page: string = await service.ask({
      method: 'GET',
      path: `${path}?limit=100${start === '' ? '' : `&start=${encodeURIComponent(start)}`}`,
    });
    const { config_maps, next } = JSON.parse(page) as { config_maps: unknown[]; next?: { start: string } };
    seen += config_maps.length;
    start = next?.start;
  }
  if (seen < LISTED) throw new Error(`Cannot measure a list of ${LISTED}: only ${seen} came`);
  return seen;
}

/** A project of its own for each figure, gone with it. */
async function openProject(
  { platform }: BenchContext,
  stack: AsyncDisposableStack,
): Promise<{ readonly service: Service; readonly path: string; readonly projectId: string }> {
  if (!platform) throw new Error('Cannot measure the platform: it was left out');
  const { api, stateDir } = platform.config;
  const token = (await readFile(join(stateDir, 'admin-token'), 'utf8')).trim();
  const service = connectTo(`http://${api.address}:${api.port}`, { authorization: `Bearer ${token}` });
  stack.defer(() => service.close());
  const body = JSON.stringify({ name: `bench-${process.hrtime.bigint()}` });
  const { id } = JSON.parse(await service.ask({ method: 'POST', path: '/v2/projects', body })) as { id: string };
  stack.defer(async () => {
    await service.ask({ method: 'DELETE', path: `/v2/projects/${id}` });
  });
  return { service, path: `/v2/projects/${id}/config_maps`, projectId: id };
}

/** Rows of a project that nobody asks for, or of one that is listed; written straight into the store, past the quotas. */
async function fillStore({ platform }: BenchContext, count: number, projectId = 'filler'): Promise<void> {
  const store = await openSqliteStore({ path: join(platform?.config.stateDir ?? '', 'resources.sqlite') });
  const there = await store.count({ kind: 'config_map', projectId });
  for (let index = there; index < count; index += 1) {
    const id = crypto.randomUUID();
    await store.insert({
      kind: 'config_map',
      projectId,
      name: `filler-${index}`,
      id,
      owner: '',
      spec: { data: DATA },
      status: {},
    });
  }
  await store.close();
}
