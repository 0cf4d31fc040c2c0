/** Settings of calls inside a project as people write them: `web,cart`, `500ms`, `10=503`. Pure. */
import type { AppMesh, AppMeshPrototype } from '@slipway/spec';
import { UsageFault } from '../usage-fault.ts';

/** Takes a setting away. */
export const NONE = 'none';
/** Every app of the project. */
export const ALL = 'all';

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

/** What an app has now, in the form in which it is stated. */
export function statementOf(mesh: AppMesh): AppMeshPrototype {
  const { abort, callers, outliers, retries, timeout_milliseconds: timeout } = mesh;
  return {
    ...(callers && { callers }),
    ...(timeout !== undefined && { timeout_milliseconds: timeout }),
    ...(retries && { retries }),
    ...(outliers && { outliers }),
    ...(abort && { abort }),
  };
}
