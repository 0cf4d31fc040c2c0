/** A job run as it is stored. The spec is complete: it holds a copy of the job's settings. */
import { notFound } from '../refuse.ts';
import type { JobSettings } from '../jobs/job-settings.ts';
import type { ResourceKey, Store, StoredResource } from '../store.ts';

export interface JobRunSpec {
  /** '' for a run of no job. */
  readonly jobName: string;
  readonly settings: JobSettings;
  /** What JOB_ARRAY_SIZE says instead of the number of instances. */
  readonly arraySizeOverride?: number;
}

export interface JobRunRecord extends StoredResource {
  readonly spec: JobRunSpec;
}

export function jobRunKey(projectId: string, name: string): ResourceKey {
  return { kind: 'job_run', projectId, name };
}

export function jobRunFrom(stored: StoredResource): JobRunRecord {
  return { ...stored, spec: stored.spec as JobRunSpec };
}

export async function requireJobRun(store: Store, projectId: string, name: string): Promise<JobRunRecord> {
  const stored = await store.get(jobRunKey(projectId, name));
  if (!stored) throw notFound('job run', name);
  return jobRunFrom(stored);
}
