/** What ran for how long, of a project and of the whole platform. Also of projects that are gone. */
import type { UsageList } from '@slipway/spec';
import type { Call, OperationHandlers } from '../control.ts';
import type { ControlContext } from '../control-context.ts';
import { pageOf, readPageRequest } from '../paging.ts';
import { requireProject } from '../projects/project-record.ts';
import { projectHref } from '../projects/project-view.ts';
import { invalidField } from '../refuse.ts';
import { parseMoment } from '../since.ts';
import { HOUR_MS, hourOf } from './meter-runs.ts';
import type { UsageListQuery, UsageRange, UsageRow } from './usage-store.ts';
import { PERIOD_LENGTHS, startOfHour, sumAmounts, viewUsage } from './usage-view.ts';

type UsageQuery = Call<'listUsage'>['query'];

export function usageOperations(context: ControlContext): Pick<OperationHandlers, 'listProjectUsage' | 'listUsage'> {
  const { facts, store } = context;
  return {
    listProjectUsage: async ({ params, query }) => {
      const { id: projectId } = await requireProject(store, params.project_id);
      return listUsage(context, query, { projectId, href: `${projectHref(projectId, facts)}/usage` });
    },
    listUsage: ({ query }) => listUsage(context, query, { href: `${facts.apiBaseUrl}/usage` }),
  };
}

async function listUsage(
  { clock, usageMeter, usageStore }: ControlContext,
  query: UsageQuery,
  { projectId, href }: { readonly projectId?: string; readonly href: string },
): Promise<UsageList> {
  const { granularity = 'day' } = query;
  const { limit, after } = readPageRequest(query);
  const hours = readHours(query, clock.now());
  const range: UsageRange = { ...hours, ...(projectId !== undefined && { projectId }) };
  await usageMeter.refresh();
  const periodLength = PERIOD_LENGTHS[granularity];
  const rows = await usageStore.list({
    ...range,
    periodLength,
    limit: limit + 1,
    ...(after !== undefined && readKey(after)),
  });
  const asked = `from=${startOfHour(range.from)}&to=${startOfHour(range.until)}&granularity=${granularity}`;
  const { items, ...page } = pageOf(rows, {
    limit,
    href: `${href}?${asked}`,
    keyOf,
    toItem: (row) => viewUsage(row, range),
  });
  const until = usageMeter.meteredUntil;
  return {
    from: startOfHour(range.from),
    to: startOfHour(range.until),
    granularity,
    ...(until && { metered_until: until.toISOString() }),
    total: sumAmounts(await usageStore.total(range)),
    usage: items,
    ...page,
  };
}

/** Whole hours: the one of `from`, and up to the end of the one of `to`. Without them from the first of the month. */
function readHours(query: UsageQuery, now: Date): Pick<UsageRange, 'from' | 'until'> {
  const month = new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth(), 1));
  const from = query.from === undefined ? month : parseMoment('from', query.from, now);
  const to = query.to === undefined ? now : parseMoment('to', query.to, now);
  if (from > to) {
    const rule = `it is after the end, ${to.toISOString()}`;
    throw invalidField({ field: 'from', value: query.from, rule, fix: 'Take an earlier one' });
  }
  return { from: hourOf(from.getTime()), until: hourOf(Math.ceil(to.getTime() / HOUR_MS) * HOUR_MS) };
}

const KEY_PARTS = 7;

function keyOf(row: UsageRow): string {
  const { period, projectId, componentType, componentName, revisionName, cpuMillis, memoryBytes } = row;
  return JSON.stringify([period, projectId, componentType, componentName, revisionName, cpuMillis, memoryBytes]);
}

/** The token was made by `keyOf`; one of another list begins at the beginning, like one that is none. */
function readKey(text: string): Pick<UsageListQuery, 'after'> {
  try {
    const key = JSON.parse(text) as readonly unknown[];
    if (key.length !== KEY_PARTS) return {};
    const [period, projectId, componentType, componentName, revisionName, cpuMillis, memoryBytes] = key;
    const after = {
      period: String(period),
      projectId: String(projectId),
      componentType: componentType === 'build_run' ? 'build_run' : 'app',
      componentName: String(componentName),
      revisionName: String(revisionName),
      cpuMillis: integerOf(cpuMillis),
      memoryBytes: integerOf(memoryBytes),
    } as const;
    return { after };
  } catch {
    // JSON that is no list of these, or no JSON.
    return {};
  }
}

function integerOf(value: unknown): number {
  return Number.isSafeInteger(value) ? Number(value) : 0;
}
