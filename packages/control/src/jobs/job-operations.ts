/** Operations on jobs. Job runs keep what they were told, so a job may change while they run. */
import { isDeepStrictEqual } from 'node:util';
import type { Job, JobPatch } from '@slipway/spec';
import { removeBindingsOf } from '../bindings/binding-record.ts';
import { changeSpec, requireIfMatch } from '../change-spec.ts';
import type { Call, OperationHandlers } from '../control.ts';
import type { ControlContext } from '../control-context.ts';
import { createInProject } from '../create-in-project.ts';
import { listInProject } from '../list-in-project.ts';
import { mergePatch } from '../merge-patch.ts';
import { namedProblem } from '../name-rule.ts';
import { requireOpenProject, requireProject, type ProjectRecord } from '../projects/project-record.ts';
import { requireReferences } from '../references/check-references.ts';
import { referencesOf } from '../references/resource-reference.ts';
import { notFound, refuseProblem } from '../refuse.ts';
import { walkStore } from '../walk-store.ts';
import { jobFrom, jobKey, requireJob, type JobSpec } from './job-record.ts';
import { jobSettingsProblem } from './job-rules.ts';
import { completeJobSettings, settingsBefore, type JobSettings } from './job-settings.ts';
import { viewJob } from './job-view.ts';

type JobOperations = 'listJobs' | 'createJob' | 'getJob' | 'updateJob' | 'deleteJob';

export function jobOperations(context: ControlContext): Pick<OperationHandlers, JobOperations> {
  const { facts, store } = context;
  return {
    listJobs: async ({ params, query }) => {
      const { items, ...page } = await listInProject(context, {
        kind: 'job',
        projectId: params.project_id,
        query,
        path: 'jobs',
        toItem: (row, project) => viewJob(jobFrom(row), project, facts),
      });
      return { jobs: items, ...page };
    },
    createJob: (call) => createJob(context, call),
    getJob: async ({ params }) => {
      const project = await requireProject(store, params.project_id);
      return viewJob(await requireJob(store, project.id, params.name), project, facts);
    },
    updateJob: (call) => updateJob(context, call),
    deleteJob: (call) => deleteJob(context, call),
  };
}

async function createJob(context: ControlContext, { params, query, body }: Call<'createJob'>): Promise<Job> {
  const { store } = context;
  const project = await requireOpenProject(store, params.project_id);
  const { name, ...given } = body;
  refuseProblem(namedProblem('job', name));
  const settings = checkedJobSettings(context, project, given);
  await requireReferences(store, project.id, { wanted: referencesOf(settings), force: query.force });
  const spec: JobSpec = { settings };
  const created = await createInProject(context, {
    key: jobKey(project.id, name),
    quota: 'jobs',
    specFor: () => spec,
  });
  return viewJob(jobFrom(created), project, context.facts);
}

async function updateJob(context: ControlContext, call: Call<'updateJob'>): Promise<Job> {
  const { params, query, body, ifMatch } = call;
  const { store } = context;
  const project = await requireOpenProject(store, params.project_id);
  const key = jobKey(project.id, params.name);
  const change = (before: JobSettings) =>
    checkedJobSettings(context, project, mergePatch(settingsBefore(before, body), body) as JobPatch);
  const { settings: before } = (await requireJob(store, project.id, params.name)).spec;
  await requireReferences(store, project.id, {
    wanted: referencesOf(change(before)),
    force: query.force,
  });
  const changed = await changeSpec<JobSpec>(store, key, {
    ifMatch: requireIfMatch(ifMatch, key),
    decide: (stored) => {
      const { spec } = jobFrom(stored);
      const settings = change(spec.settings);
      return isDeepStrictEqual(spec.settings, settings) ? undefined : { ...spec, settings };
    },
  });
  if (!changed) throw notFound('job', params.name);
  return viewJob(jobFrom(changed), project, context.facts);
}

/** Its runs and bindings go with it. */
async function deleteJob({ store }: ControlContext, { params }: Call<'deleteJob'>): Promise<object> {
  const project = await requireProject(store, params.project_id);
  if (!(await store.delete(jobKey(project.id, params.name)))) throw notFound('job', params.name);
  for await (const run of walkStore(store, { kind: 'job_run', projectId: project.id, owner: params.name })) {
    await store.delete(run);
  }
  await removeBindingsOf(store, project.id, { resource_type: 'job_v2', name: params.name });
  return {};
}

/** Also of a job run. */
export function checkedJobSettings(context: ControlContext, project: ProjectRecord, given: JobPatch): JobSettings {
  const settings = completeJobSettings(given);
  const place = { registry: context.facts.registry, subdomain: project.spec.subdomain };
  refuseProblem(jobSettingsProblem(settings, place));
  return settings;
}
