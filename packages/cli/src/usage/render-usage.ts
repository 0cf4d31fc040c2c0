/** Usage as text. Pure. */
import type { UsageAmounts, UsageList } from '@slipway/spec';
import { renderFields, renderTable } from '../output/text-table.ts';

export function renderUsage(usage: UsageList, namesProjects: boolean): string {
  const head = renderFields([
    ['From', usage.from],
    ['To', usage.to],
    ['Metered Until', usage.metered_until],
  ]);
  const headings = ['Start', ...(namesProjects ? ['Project'] : []), 'Kind', 'Name', 'Revision', 'Size', ...AMOUNTS];
  const rows = usage.usage.map((item) => [
    item.start.slice(0, 16),
    ...(namesProjects ? [item.project_id] : []),
    item.component_type.replaceAll('_', ' '),
    item.component_name,
    item.revision_name ?? '-',
    `${item.cpu_limit} / ${item.memory_limit}`,
    ...amountsOf(item),
  ]);
  const blanks = headings.slice(1, -AMOUNTS.length).map(() => '');
  return `${head}\n${renderTable(headings, [...rows, ['Total', ...blanks, ...amountsOf(usage.total)]])}`;
}

const AMOUNTS = ['Instance s', 'vCPU s', 'GB s'] as const;

function amountsOf(amounts: UsageAmounts): readonly string[] {
  return [amounts.instance_seconds, amounts.vcpu_seconds, amounts.gb_seconds].map((seconds) => seconds.toFixed(3));
}
