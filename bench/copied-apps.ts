/**
 * Fills a platform with copies of an app that was ready and sleeps, as rows of its store: what the daemon would have
 * written for each, in seconds instead of hours. While it does so, no daemon runs; the next one declares them all.
 */
import { join } from 'node:path';
import { openSqliteStore } from '@slipway/store';
import type { TestPlatform } from '../test/platform.ts';
import { clientOf } from './platform-client.ts';

/** Rows that share one commit. */
const FILL_AT_ONCE = 400;
/** A platform has at most twenty, the default one and these that can be restored among them. */
const PROJECTS = 10;
const COPIED_KINDS = ['app', 'app_revision'] as const;

const COPY_PREFIX = 'filler-';

interface Row {
  readonly name: string;
  readonly owner: string;
  readonly spec: unknown;
  readonly status: unknown;
}

export interface CopyOrder {
  /** Name of the app. */
  readonly like: string;
  readonly count: number;
}

/** Pure: the row of another app, with its name, and its id where a revision refers to it; the image stays what it is. */
export function copyRow(row: Row, from: { name: string; id: string }, to: { name: string; id: string }): Row {
  const renamed = (value: string): string => {
    if (value === from.id) return to.id;
    const isName = value === from.name || /^-\d{5}$/.test(value.slice(from.name.length));
    return isName && value.startsWith(from.name) ? `${to.name}${value.slice(from.name.length)}` : value;
  };
  return JSON.parse(JSON.stringify(row), (_key, value: unknown) =>
    typeof value === 'string' ? renamed(value) : value,
  ) as Row;
}

/** Restarts the platform with `count` apps more, in ten projects. */
export async function addCopies(platform: TestPlatform, { like, count }: CopyOrder) {
  const perProject = Math.ceil(count / PROJECTS);
  const client = await clientOf(platform.config);
  const projectIds: string[] = [];
  for (let at = 0; at < count / perProject; at += 1) {
    projectIds.push((await client.createProject({ body: { name: `full-${at}` } })).id ?? '');
  }
  await platform.must(['down']);
  await using stack = new AsyncDisposableStack();
  const store = await openSqliteStore({ path: join(platform.config.stateDir, 'resources.sqlite') });
  stack.defer(() => store.close());
  const models = (await Promise.all(COPIED_KINDS.map((kind) => store.list({ kind, limit: 10 })))).flat();
  const id = models.find(({ kind }) => kind === 'app')?.id ?? '';
  for (let from = 0; from < count; from += FILL_AT_ONCE) {
    const numbers = Array.from({ length: Math.min(FILL_AT_ONCE, count - from) }, (_none, at) => from + at);
    const rows = numbers.flatMap((number) => {
      const to = { name: `${COPY_PREFIX}${number}`, id: crypto.randomUUID() };
      const projectId = projectIds[Math.floor(number / perProject)] ?? '';
      return models.map(({ kind, name, owner, spec, status }) => {
        const copy = copyRow({ name, owner, spec, status }, { name: like, id }, to);
        return { kind, projectId, ...copy, id: kind === 'app' ? to.id : crypto.randomUUID() };
      });
    });
    await Promise.all(rows.map((row) => store.insert(row)));
  }
  await stack.disposeAsync();
  await platform.must(['up']);
}

export function isCopy(appName: string): boolean {
  return appName.startsWith(COPY_PREFIX);
}

/** The hosts of the copies, in their order. */
export function copiedHosts(url: URL, count: number): readonly string[] {
  const perProject = Math.ceil(count / PROJECTS);
  const domain = url.host.split('.').slice(2).join('.');
  const hostOf = (number: number) => `${COPY_PREFIX}${number}.full-${Math.floor(number / perProject)}.${domain}`;
  return Array.from({ length: count }, (_none, number) => hostOf(number));
}
