/**
 * A stored job run in the shape of the API. No engine runs jobs yet: a run is `pending`, which is what the API calls one
 * that waits for its instances, and every index of it is pending.
 */
import type { JobRun } from '@slipway/spec';
import type { PlatformFacts } from '../control.ts';
import { viewComputed } from '../environment/project-environment.ts';
import { arraySizeOf } from '../jobs/array-spec.ts';
import { jobEnvironment } from '../jobs/job-environment.ts';
import type { ProjectRecord } from '../projects/project-record.ts';
import { projectHref } from '../projects/project-view.ts';
import type { JobRunRecord } from './job-run-record.ts';

export function viewJobRun(run: JobRunRecord, project: ProjectRecord, facts: PlatformFacts): JobRun {
  const { settings, jobName, arraySizeOverride } = run.spec;
  const requested = arraySizeOf(settings.scale_array_spec);
  const override = arraySizeOverride !== undefined;
  const variables = jobEnvironment(settings, {
    facts,
    projectId: project.id,
    subdomain: project.spec.subdomain,
    jobName,
    jobRunName: run.name,
    ...(override && { arraySizeOverride }),
  });
  return {
    ...settings,
    run_env_variables: [...settings.run_env_variables],
    computed_env_variables: viewComputed(variables),
    id: run.id,
    name: run.name,
    project_id: project.id,
    region: facts.region,
    created_at: run.createdAt,
    href: `${projectHref(project.id, facts)}/job_runs/${run.name}`,
    resource_type: 'job_run_v2',
    status: 'pending',
    status_details: {
      requested,
      pending: requested,
      running: 0,
      succeeded: 0,
      failed: 0,
      unknown: 0,
      pending_indices: settings.scale_array_spec,
    },
    ...(jobName !== '' && { job_name: jobName }),
    ...(override && { scale_array_size_variable_override: arraySizeOverride }),
  };
}
