/**
 * What the platform tells every instance of a job. JOB_INDEX and JOB_INDEX_RETRY_COUNT differ between instances, so they
 * are kept from the owner but not shown. Source: Code Engine "Automatically injected environment variables".
 */
import {
  PROJECT_VARIABLES,
  projectEnvironment,
  type ProjectEnvironmentFacts,
} from '../environment/project-environment.ts';
import { arraySizeOf } from './array-spec.ts';
import type { JobSettings } from './job-settings.ts';

export const JOB_VARIABLES: readonly string[] = [
  ...PROJECT_VARIABLES,
  'CE_JOB',
  'CE_JOBRUN',
  'JOB_ARRAY_SIZE',
  'JOB_INDEX',
  'JOB_INDEX_RETRY_COUNT',
  'JOB_MODE',
  'JOB_RETRY_LIMIT',
];

export interface JobEnvironmentFacts extends ProjectEnvironmentFacts {
  /** '' for a run of no job. */
  readonly jobName: string;
  readonly jobRunName?: string;
  /** What JOB_ARRAY_SIZE says instead of the number of instances. */
  readonly arraySizeOverride?: number;
}

export function jobEnvironment(settings: JobSettings, about: JobEnvironmentFacts): Readonly<Record<string, string>> {
  const { jobName, jobRunName, arraySizeOverride } = about;
  const retries = settings.scale_retry_limit;
  return {
    ...projectEnvironment(about),
    ...(jobName !== '' && { CE_JOB: jobName }),
    ...(jobRunName !== undefined && { CE_JOBRUN: jobRunName }),
    JOB_ARRAY_SIZE: String(arraySizeOverride ?? arraySizeOf(settings.scale_array_spec)),
    JOB_MODE: settings.run_mode,
    ...(retries !== undefined && { JOB_RETRY_LIMIT: String(retries) }),
  };
}
