/** A job (what a job run is made from) as it is stored. Nothing has to be reconciled: it is true as soon as it is stored. */
import { notFound } from '../refuse.ts';
import type { ResourceKey, Store, StoredResource } from '../store.ts';
import type { JobSettings } from './job-settings.ts';

export interface JobSpec {
  readonly settings: JobSettings;
}

export interface JobRecord extends StoredResource {
  readonly spec: JobSpec;
}

export function jobKey(projectId: string, name: string): ResourceKey {
  return { kind: 'job', projectId, name };
}

export function jobFrom(stored: StoredResource): JobRecord {
  return { ...stored, spec: stored.spec as JobSpec };
}

export async function requireJob(store: Store, projectId: string, name: string): Promise<JobRecord> {
  const stored = await store.get(jobKey(projectId, name));
  if (!stored) throw notFound('job', name);
  return jobFrom(stored);
}
