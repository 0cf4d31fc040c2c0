/** Audit records as text. Pure. */
import type { AuditRecord } from '@slipway/spec';
import { renderTable } from '../output/text-table.ts';

const ACTION_PREFIX = 'codeengine.';

export function renderAudit(records: readonly AuditRecord[], namesProjects: boolean): string {
  const headings = [
    'At',
    ...(namesProjects ? ['Project'] : []),
    'User',
    'Credential',
    'Action',
    'Target',
    'Outcome',
    'From',
  ];
  const rows = records.map((record) => [
    record.at.replace(/\.\d+Z$/, 'Z'),
    ...(namesProjects ? [record.project_id ?? '-'] : []),
    record.user_id ?? '-',
    record.credential_id ?? record.credential_kind.replaceAll('_', ' '),
    record.action.replace(ACTION_PREFIX, ''),
    record.target.name ?? '-',
    outcomeOf(record),
    record.source,
  ]);
  return renderTable(headings, rows);
}

function outcomeOf({ outcome, status_code: status, error_code: code }: AuditRecord): string {
  return [outcome, status, code].filter((part) => part !== undefined).join(' ');
}
