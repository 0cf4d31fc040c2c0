/** Usage in the shape of the API. Pure. */
import type { UsageAmounts, UsageGranularity, UsageItem } from '@slipway/spec';
import type { UsageRange, UsageRow } from './usage-store.ts';

/** How much of the text of an hour, `2026-01-31T05`, makes the period. */
export const PERIOD_LENGTHS: Readonly<Record<UsageGranularity, number>> = { hour: 13, day: 10, month: 7, total: 0 };

type Amount = Pick<UsageRow, 'cpuMillis' | 'memoryBytes' | 'runningMs'>;

export function viewUsage(row: UsageRow, range: UsageRange): UsageItem {
  const { start, end } = boundsOf(row.period, range);
  return {
    start,
    end,
    project_id: row.projectId,
    component_type: row.componentType,
    component_name: row.componentName,
    ...(row.revisionName !== '' && { revision_name: row.revisionName }),
    cpu_limit: String(row.cpuMillis / 1000),
    memory_limit: `${row.memoryBytes / 1e9}G`,
    ...sumAmounts([row]),
  };
}

/** Example: 1500 ms of half a vCPU with 4 GB are 1.5 instance-seconds, 0.75 vCPU-seconds and 6 GB-seconds. */
export function sumAmounts(amounts: readonly Amount[]): UsageAmounts {
  let [instance, vcpu, memory] = [0, 0, 0];
  for (const { cpuMillis, memoryBytes, runningMs } of amounts) {
    instance += runningMs / 1000;
    vcpu += (runningMs / 1000) * (cpuMillis / 1000);
    memory += (runningMs / 1000) * (memoryBytes / 1e9);
  }
  return { instance_seconds: rounded(instance), vcpu_seconds: rounded(vcpu), gb_seconds: rounded(memory) };
}

/** To a thousandth of a second: what is measured is no finer. */
function rounded(seconds: number): number {
  return Math.round(seconds * 1000) / 1000;
}

/** `2026-01-31T05` → `2026-01-31T05:00:00.000Z`. */
export function startOfHour(hour: string): string {
  return `${hour}:00:00.000Z`;
}

/** A period that reaches beyond the range is shown as long as it was asked for. */
function boundsOf(period: string, range: UsageRange): { readonly start: string; readonly end: string } {
  const from = startOfHour(range.from);
  const until = startOfHour(range.until);
  if (period === '') return { start: from, end: until };
  const begin = new Date(startOfHour(`${period}${'0000-01-01T00'.slice(period.length)}`));
  const end = new Date(begin);
  if (period.length === PERIOD_LENGTHS.month) end.setUTCMonth(end.getUTCMonth() + 1);
  else if (period.length === PERIOD_LENGTHS.day) end.setUTCDate(end.getUTCDate() + 1);
  else end.setUTCHours(end.getUTCHours() + 1);
  const [start, last] = [begin.toISOString(), end.toISOString()];
  return { start: start < from ? from : start, end: last > until ? until : last };
}
