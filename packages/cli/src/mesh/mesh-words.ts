/** Settings of calls inside a project as people write them: `web,cart`, `500ms`, `10=503`. Pure. */
import type { AppMesh, AppMeshPrototype } from '@slipway/spec';
import { UsageFault } from '../usage-fault.ts';

/** Takes a setting away. */
export const NONE = 'none';
/** Every app of the project. */
export const ALL = 'all';

const TAG = 'tag:';
const MILLISECONDS_OF: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000 };

/** `500ms`, `2s`, `1m`. */
export function parseMilliseconds(option: string, text: string): number {
  const [, number, unit = ''] = /^(\d{1,7})(ms|s|m)$/.exec(text) ?? [];
  if (number === undefined) throw new UsageFault(`Cannot use ${option} "${text}": it takes a time, e.g. 500ms or 2s`);
  return Number(number) * (MILLISECONDS_OF[unit] ?? 1);
}

/** `web,cart`; `all` means no list, and `none` one without a name. */
export function parseCallers(text: string): readonly string[] | undefined {
  if (text === ALL) return undefined;
  return text === NONE ? [] : text.split(',').map((name) => name.trim());
}

/** `10=503`: of a hundred calls ten are answered with this status. */
export function parseAbort(text: string): NonNullable<AppMeshPrototype['abort']> | undefined {
  if (text === NONE) return undefined;
  const [, percent, status] = /^(\d{1,3})%?=(\d{3})$/.exec(text) ?? [];
  if (status === undefined) throw new UsageFault(`Cannot read "${text}"`, ['Write PERCENT=STATUS, e.g. 10=503']);
  return { percent: Number(percent), status: Number(status) };
}

/** `10=200ms`: of a hundred calls ten wait that long. */
export function parseDelay(text: string): AppMeshPrototype['delay'] {
  if (text === NONE) return undefined;
  const [, percent, time] = /^(\d{1,3})%?=(.+)$/.exec(text) ?? [];
  if (time === undefined) throw new UsageFault(`Cannot read "${text}"`, ['Write PERCENT=TIME, e.g. 10=200ms']);
  return { percent: Number(percent), milliseconds: parseMilliseconds('--delay', time) };
}

/** `10=cart` for another app, `10=tag:canary` for a tag of its own. */
export function parseMirror(text: string): AppMeshPrototype['mirror'] {
  if (text === NONE) return undefined;
  const [, percent, where] = /^(\d{1,3})%?=(.+)$/.exec(text) ?? [];
  if (where === undefined) {
    throw new UsageFault(`Cannot read "${text}"`, ['Write PERCENT=APP or PERCENT=tag:TAG, e.g. 10=tag:canary']);
  }
  const isTag = where.startsWith(TAG);
  return { percent: Number(percent), ...(isTag ? { tag: where.slice(TAG.length) } : { app: where }) };
}

/** What an app has now, in the form in which it is stated. */
export function statementOf(mesh: AppMesh): AppMeshPrototype {
  const { abort, callers, delay, mirror, outliers, retries, timeout_milliseconds: timeout } = mesh;
  return {
    ...(callers && { callers }),
    ...(timeout !== undefined && { timeout_milliseconds: timeout }),
    ...(retries && { retries }),
    ...(outliers && { outliers }),
    ...(abort && { abort }),
    ...(delay && { delay }),
    ...(mirror && { mirror }),
  };
}
