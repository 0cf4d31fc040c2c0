/** Revisions as text. Pure. */
import type { AppRevision } from '@slipway/spec';
import { revisionReasonText } from '../app/reason-text.ts';
import { capital } from '../output/capital.ts';
import { ageOf } from '../output/age-of.ts';
import { renderFields, renderTable } from '../output/text-table.ts';

export function renderRevisionList(revisions: readonly AppRevision[], nowMs: number): string {
  const rows = revisions.map((revision) => [
    revision.name ?? '',
    revision.app_name ?? '',
    capital(revision.status),
    String(revision.status_details?.actual_instances ?? 0),
    ageOf(revision.created_at, nowMs),
    reasonOf(revision),
  ]);
  return renderTable(['Name', 'Application', 'Status', 'Instances', 'Age', 'Reason'], rows);
}

export function renderRevision(revision: AppRevision, nowMs: number): string {
  return renderFields([
    ['Name', revision.name],
    ['Application', revision.app_name],
    ['Status', capital(revision.status)],
    ['Reason', reasonOf(revision)],
    ['Age', ageOf(revision.created_at, nowMs)],
    ['Created', revision.created_at],
    ['Image', revision.image_reference],
    ['Instances', revision.status_details?.actual_instances ?? 0],
    ['CPU / Memory', `${revision.scale_cpu_limit} / ${revision.scale_memory_limit}`],
    ['Scale', `${revision.scale_min_instances} to ${revision.scale_max_instances} instances`],
    ['Concurrency', revision.scale_concurrency],
    ['Timeout', `${revision.scale_request_timeout} s`],
  ]);
}

function reasonOf(revision: AppRevision): string {
  if (revision.status !== 'failed') return (revision.status_details?.reason ?? '').replaceAll('_', ' ');
  return revisionReasonText(revision.status_details?.reason);
}
