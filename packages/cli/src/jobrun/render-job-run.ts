/** Job runs as text, with the headings of the public command line. Pure. */
import type { JobRun } from '@slipway/spec';
import { arraySizeOf } from '../job/array-size.ts';
import { runtimeFieldsOf } from '../job/render-job.ts';
import { ageOf } from '../output/age-of.ts';
import { capital } from '../output/capital.ts';
import { joinBlocks, renderFields, renderSection, renderTable } from '../output/text-table.ts';
import { identityFieldsOf, renderContainer, renderEnvironment, type Sight } from '../runtime/render-runtime.ts';

const COUNTED = ['failed', 'pending', 'requested', 'running', 'succeeded', 'unknown'] as const;

export function renderJobRunList(runs: readonly JobRun[], nowMs: number): string {
  const rows = runs.map((run) => [
    run.name ?? '',
    ...COUNTED.map((count) => String(run.status_details?.[count] ?? 0)),
    ageOf(run.created_at, nowMs),
  ]);
  return renderTable(['Name', ...COUNTED.map(capital), 'Age'], rows);
}

export interface JobRunDetails extends Sight {
  readonly run: JobRun;
}

export function renderJobRun({ run, ...sight }: JobRunDetails): string {
  const variable = run.scale_array_size_variable_override ?? arraySizeOf(run.scale_array_spec ?? '0');
  return joinBlocks([
    renderFields(identityFieldsOf(run, sight)),
    renderEnvironment(run.run_env_variables),
    renderContainer(run, { head: [['Job Ref', run.job_name]] }),
    // The public command line spells this label so, and scripts look for it.
    renderSection('Runtime', renderFields(runtimeFieldsOf(run, [['JOP_ARRAY_SIZE Value', variable]]))),
    renderSection('Status', renderStatus(run, sight.nowMs)),
    renderSection('Instances', renderInstances(run, sight.nowMs)),
  ]);
}

function renderStatus({ status, status_details: details = {} }: JobRun, nowMs: number): string {
  const counts = COUNTED.filter((count) => count !== 'requested' && (details[count] ?? 0) > 0);
  const fields = renderFields([
    ['Status', capital(status)],
    ['Started', ageOf(details.start_time, nowMs)],
    ['Completed', ageOf(details.completion_time, nowMs)],
  ]);
  const statuses = renderFields(counts.map((count) => [capital(count), details[count]]));
  return fields + renderSection('Instance Statuses', statuses);
}

/** One for each index: `report-jobrun-1-3-0` is index 3 at its first try. */
function renderInstances({ name, status_details: details }: JobRun, nowMs: number): string {
  const rows = Object.entries(details?.indices_details ?? {}).map(([index, seen]) => [
    `${name}-${index}-${seen.retries ?? 0}`,
    seen.status === 'running' ? '1/1' : '0/1',
    capital(seen.status),
    String(seen.retries ?? 0),
    ageOf(seen.started_at, nowMs),
    (seen.last_failure_reason ?? '').replaceAll('_', ' '),
  ]);
  return rows.length === 0 ? '' : renderTable(['Name', 'Running', 'Status', 'Restarts', 'Age', 'Reason'], rows);
}
