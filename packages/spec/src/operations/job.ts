/** Operations on jobs and job runs. */
import { Type } from '../json-schema.ts';
import { P, Page, PageQuery, ReferenceQuery, type Operation } from '../operation.ts';
import * as job from '../resources/job.ts';
import { EmptyObject } from '../resources/platform.ts';

export const JOB_OPERATIONS = {
  listJobs: {
    method: 'GET',
    path: `${P}/jobs`,
    summary: 'List jobs',
    query: Page,
    returns: job.JobList,
    status: 200,
  },
  createJob: {
    method: 'POST',
    path: `${P}/jobs`,
    summary: 'Create a job',
    query: ReferenceQuery,
    body: job.JobPrototype,
    returns: job.Job,
    status: 201,
  },
  getJob: {
    method: 'GET',
    path: `${P}/jobs/{name}`,
    summary: 'Get a job',
    returns: job.Job,
    status: 200,
  },
  updateJob: {
    method: 'PATCH',
    path: `${P}/jobs/{name}`,
    summary: 'Update a job',
    query: ReferenceQuery,
    body: job.JobPatch,
    bodyKind: 'merge-patch',
    ifMatch: true,
    returns: job.Job,
    status: 200,
  },
  deleteJob: {
    method: 'DELETE',
    path: `${P}/jobs/{name}`,
    summary: 'Delete a job and its runs',
    query: Type.Object({ keep_service_access: Type.Optional(Type.Boolean()) }),
    returns: EmptyObject,
    status: 202,
  },
  listJobRuns: {
    method: 'GET',
    path: `${P}/job_runs`,
    summary: 'List job runs',
    query: Type.Object({ job_name: Type.Optional(Type.String({ maxLength: 63 })), ...PageQuery }),
    returns: job.JobRunList,
    status: 200,
  },
  createJobRun: {
    method: 'POST',
    path: `${P}/job_runs`,
    summary: 'Create a job run',
    query: ReferenceQuery,
    body: job.JobRunPrototype,
    returns: job.JobRun,
    status: 202,
  },
  getJobRun: {
    method: 'GET',
    path: `${P}/job_runs/{name}`,
    summary: 'Get a job run',
    returns: job.JobRun,
    status: 200,
  },
  deleteJobRun: {
    method: 'DELETE',
    path: `${P}/job_runs/{name}`,
    summary: 'Delete a job run',
    returns: EmptyObject,
    status: 202,
  },
} as const satisfies Record<string, Operation>;
