/** What figures of the API stand on: a project to work in, a store filled with what nobody asks for, and how it is listed. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { openSqliteStore } from '@slipway/store';
import { connectTo, type Service } from './api-load.ts';
import type { BenchContext } from './figure.ts';

/** What a config map of the figures holds, and as one value for whoever keeps values. */
export const DATA = { GREETING: 'hello', LEVEL: 'info', LIMITS: 'x'.repeat(200) };
export const VALUE = JSON.stringify(DATA);
/** Rows that share one commit while the store is filled. */
const FILL_AT_ONCE = 400;

/** Page by page; throws when fewer than `count` come. */
export async function listAll({ service, path }: ApiProject, count: number): Promise<void> {
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
  if (seen < count) throw new Error(`Cannot measure a list of ${count}: only ${seen} came`);
}

/** The config maps of a project of its own for each figure, gone with it. */
export interface ApiProject {
  readonly service: Service;
  readonly path: string;
  readonly projectId: string;
}

export async function openProject({ platform }: BenchContext, stack: AsyncDisposableStack): Promise<ApiProject> {
  if (!platform) throw new Error('Cannot measure the platform: it was left out');
  const { api, stateDir } = platform.config;
  const token = (await readFile(join(stateDir, 'admin-token'), 'utf8')).trim();
  const service = connectTo(`http://${api.address}:${api.port}`, { authorization: `Bearer ${token}` });
  stack.defer(() => service.close());
  const body = JSON.stringify({ name: `bench-${process.hrtime.bigint()}` });
  const { id } = JSON.parse(await service.ask({ method: 'POST', path: '/v2/projects', body })) as { id: string };
  stack.defer(async () => {
    await service.ask({ method: 'DELETE', path: `/v2/projects/${id}?hard=true` });
  });
  return { service, path: `/v2/projects/${id}/config_maps`, projectId: id };
}

/**
 * Rows of a project that nobody asks for, or of one that is listed; written straight into the store, past the quotas. Rows that
 * are there already count.
 */
export async function fillStore({ platform }: BenchContext, count: number, projectId = 'filler'): Promise<void> {
  const store = await openSqliteStore({ path: join(platform?.config.stateDir ?? '', 'resources.sqlite') });
  const there = await store.count({ kind: 'config_map', projectId });
  for (let from = there; from < count; from += FILL_AT_ONCE) {
    const names = Array.from({ length: Math.min(FILL_AT_ONCE, count - from) }, (_none, at) => `filler-${from + at}`);
    await Promise.all(
      names.map((name) => {
        const id = crypto.randomUUID();
        return store.insert({ kind: 'config_map', projectId, name, id, owner: '', spec: { data: DATA }, status: {} });
      }),
    );
  }
  await store.close();
}
