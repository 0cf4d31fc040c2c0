/** A stored job in the shape of the API. */
import type { Job } from '@slipway/spec';
import type { PlatformFacts } from '../control.ts';
import { viewComputed } from '../environment/project-environment.ts';
import type { ProjectRecord } from '../projects/project-record.ts';
import { projectHref } from '../projects/project-view.ts';
import { jobEnvironment } from './job-environment.ts';
import type { JobRecord } from './job-record.ts';

export function viewJob(job: JobRecord, project: ProjectRecord, facts: PlatformFacts): Job {
  const { settings } = job.spec;
  const about = { facts, projectId: project.id, subdomain: project.spec.subdomain, jobName: job.name };
  return {
    ...settings,
    run_env_variables: [...settings.run_env_variables],
    computed_env_variables: viewComputed(jobEnvironment(settings, about)),
    id: job.id,
    name: job.name,
    project_id: project.id,
    region: facts.region,
    created_at: job.createdAt,
    href: `${projectHref(project.id, facts)}/jobs/${job.name}`,
    entity_tag: job.entityTag,
    resource_type: 'job_v2',
  };
}
