/** Jobs as text, with the headings of the public command line. Pure. */
import type { Job, JobRun } from '@slipway/spec';
import { ageOf } from '../output/age-of.ts';
import { joinBlocks, renderFields, renderSection, renderTable } from '../output/text-table.ts';
import {
  identityFieldsOf,
  renderContainer,
  renderEnvironment,
  type Fields,
  type Sight,
} from '../runtime/render-runtime.ts';
import { arraySizeOf } from './array-size.ts';

export interface JobDetails extends Sight {
  readonly job: Job;
  readonly lastRun: JobRun | undefined;
}

export function renderJob({ job, lastRun, ...sight }: JobDetails): string {
  const { nowMs } = sight;
  const last = lastRun && [
    ['Name', lastRun.name] as const,
    ['Age', ageOf(lastRun.created_at, nowMs)] as const,
    ['Created', lastRun.created_at] as const,
  ];
  return joinBlocks([
    renderFields(identityFieldsOf(job, sight)),
    renderSection('Last Job Run', renderFields(last ?? [])),
    renderEnvironment(job.run_env_variables),
    renderContainer(job),
    renderSection('Runtime', renderFields(runtimeFieldsOf(job))),
  ]);
}

type Runtime = Pick<
  JobRun,
  'run_mode' | 'run_service_account' | 'scale_array_spec' | 'scale_max_execution_time' | 'scale_retry_limit'
>;

/** What a job and a job run say of how they run. */
export function runtimeFieldsOf(job: Runtime, more: Fields = []): Fields {
  const indices = job.scale_array_spec ?? '0';
  return [
    ['Mode', job.run_mode],
    ['Array Indices', indices],
    ['Array Size', arraySizeOf(indices)],
    ...more,
    ['Max Execution Time', job.scale_max_execution_time],
    ['Retry Limit', job.scale_retry_limit],
    ['Service Account', job.run_service_account === 'default' ? undefined : job.run_service_account],
  ];
}

export interface JobListing {
  readonly jobs: readonly Job[];
  /** The newest first. */
  readonly runs: readonly JobRun[];
}

export function renderJobList({ jobs, runs }: JobListing, nowMs: number): string {
  const rows = jobs.map((job) => {
    const last = runs.find((run) => run.job_name === job.name);
    return [job.name, ageOf(job.created_at, nowMs), last?.name ?? '', ageOf(last?.created_at, nowMs)];
  });
  return renderTable(['Name', 'Age', 'Last Job Run Name', 'Last Job Run Age'], rows);
}
