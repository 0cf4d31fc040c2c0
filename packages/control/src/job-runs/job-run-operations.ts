/** Operations on job runs. A run of a job takes the job's settings and may replace single ones; another brings all. */
import { Refusal, type JobPatch, type JobRun } from '@slipway/spec';
import type { Call, OperationHandlers } from '../control.ts';
import type { ControlContext } from '../control-context.ts';
import { createInProject } from '../create-in-project.ts';
import { checkedJobSettings } from '../jobs/job-operations.ts';
import { requireJob } from '../jobs/job-record.ts';
import { settingsBefore, type JobSettings } from '../jobs/job-settings.ts';
import { listInProject } from '../list-in-project.ts';
import { namedProblem } from '../name-rule.ts';
import { requireOpenProject, requireProject, type ProjectRecord } from '../projects/project-record.ts';
import { requireReferences } from '../references/check-references.ts';
import { referencesOf } from '../references/resource-reference.ts';
import { invalidField, notFound, refuseProblem } from '../refuse.ts';
import type { StoredResource } from '../store.ts';
import { jobRunNameFor } from './job-run-name.ts';
import { jobRunFrom, jobRunKey, requireJobRun, type JobRunSpec } from './job-run-record.ts';
import { viewJobRun } from './job-run-view.ts';

type JobRunOperations = 'listJobRuns' | 'createJobRun' | 'getJobRun' | 'deleteJobRun';

/** Tries to find a free generated name. */
const NAME_TRIES_MAX = 20;

export function jobRunOperations(context: ControlContext): Pick<OperationHandlers, JobRunOperations> {
  const { facts, store } = context;
  return {
    listJobRuns: async ({ params, query }) => {
      const { job_name: jobName } = query;
      const { items, ...page } = await listInProject(context, {
        kind: 'job_run',
        projectId: params.project_id,
        query,
        path: 'job_runs',
        ...(jobName !== undefined && { filter: { name: 'job_name', owner: jobName } }),
        toItem: (row, project) => viewJobRun(jobRunFrom(row), project, facts),
      });
      return { job_runs: items, ...page };
    },
    createJobRun: (call) => createJobRun(context, call),
    getJobRun: async ({ params }) => {
      const project = await requireProject(store, params.project_id);
      return viewJobRun(await requireJobRun(store, project.id, params.name), project, facts);
    },
    deleteJobRun: async ({ params }) => {
      const project = await requireProject(store, params.project_id);
      if (!(await store.delete(jobRunKey(project.id, params.name)))) throw notFound('job run', params.name);
      return {};
    },
  };
}

async function createJobRun(context: ControlContext, call: Call<'createJobRun'>): Promise<JobRun> {
  const { params, query, body } = call;
  const { store } = context;
  const project = await requireOpenProject(store, params.project_id);
  if (body.name !== undefined) refuseProblem(namedProblem('job_run', body.name));
  const settings = await settingsFor(context, project, body);
  await requireReferences(store, project.id, { wanted: referencesOf(settings), force: query.force });
  const override = body.scale_array_size_variable_override;
  const spec: JobRunSpec = {
    jobName: body.job_name ?? '',
    settings,
    ...(override !== undefined && { arraySizeOverride: override }),
  };
  const created = await insertRun(context, { projectId: project.id, name: body.name, spec });
  return viewJobRun(jobRunFrom(created), project, context.facts);
}

async function settingsFor(
  context: ControlContext,
  project: ProjectRecord,
  body: Call<'createJobRun'>['body'],
): Promise<JobSettings> {
  const { name: _name, job_name: jobName, scale_array_size_variable_override: _override, ...given } = body;
  if (jobName !== undefined) {
    const { settings } = (await requireJob(context.store, project.id, jobName)).spec;
    const merged = { ...settingsBefore(settings, given), ...given };
    return checkedJobSettings(context, project, merged as JobPatch);
  }
  if (given.image_reference === undefined) {
    const rule = 'a job run needs an image or a job';
    throw invalidField({ field: 'image_reference', value: null, rule, fix: 'Name an image, or a job by job_name' });
  }
  return checkedJobSettings(context, project, given);
}

async function insertRun(
  context: ControlContext,
  run: { readonly projectId: string; readonly name: string | undefined; readonly spec: JobRunSpec },
): Promise<StoredResource> {
  const { projectId, spec } = run;
  for (let tries = 0; tries < NAME_TRIES_MAX; tries += 1) {
    const name = run.name ?? jobRunNameFor(spec.jobName, context.randomText);
    const key = jobRunKey(projectId, name);
    if (run.name === undefined && (await context.store.get(key))) continue;
    return await createInProject(context, { key, quota: 'jobRuns', owner: spec.jobName, specFor: () => spec });
  }
  throw new Refusal('busy', { reason: 'too many job runs begin at this moment' });
}
