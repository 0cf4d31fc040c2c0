/** Operations on build runs. Creating one stores it complete; reconcile runs it. */
import { Refusal, type BuildLogLine, type BuildRun } from '@slipway/spec';
import { requireBuild, type BuildRecord } from '../builds/build-record.ts';
import { completeRecipe, type BuildRecipe } from '../builds/build-recipe.ts';
import { buildNameProblem, outputImageProblem, recipeProblem } from '../builds/build-rules.ts';
import { changeSpec } from '../change-spec.ts';
import type { Call, OperationHandlers } from '../control.ts';
import type { ControlContext } from '../control-context.ts';
import { insertWithinQuota } from '../create-in-project.ts';
import { pageOf, readPageRequest } from '../paging.ts';
import { requireOpenProject, requireProject, type ProjectRecord } from '../projects/project-record.ts';
import { projectHref } from '../projects/project-view.ts';
import { invalidField, notFound, refuseProblem } from '../refuse.ts';
import { sourceIdFrom } from '../sources/source-operations.ts';
import { followLog, mergeEndedLog, untilBegun } from './build-run-logs.ts';
import { buildRunNameFor } from './build-run-name.ts';
import {
  buildRunFrom,
  buildRunId,
  buildRunKey,
  isEnded,
  requireBuildRun,
  type BuildRunRecord,
  type BuildRunSpec,
  type BuildRunStatus,
} from './build-run-record.ts';
import { viewBuildRun } from './build-run-view.ts';

type BuildRunOperations = 'listBuildRuns' | 'createBuildRun' | 'getBuildRun' | 'deleteBuildRun' | 'listBuildRunLogs';

/** Tries to find a free generated name, one millisecond apart. */
const NAME_TRIES_MAX = 20;

export function buildRunOperations(context: ControlContext): Pick<OperationHandlers, BuildRunOperations> {
  const { facts, store } = context;
  return {
    listBuildRuns: (call) => listBuildRuns(context, call),
    createBuildRun: (call) => createBuildRun(context, call),
    getBuildRun: async ({ params }) => {
      const project = await requireProject(store, params.project_id);
      return viewBuildRun(await requireBuildRun(store, project.id, params.name), facts);
    },
    deleteBuildRun: (call) => deleteBuildRun(context, call),
    listBuildRunLogs: (call) => listBuildRunLogs(context, call),
  };
}

async function listBuildRuns({ facts, store }: ControlContext, { params, query }: Call<'listBuildRuns'>) {
  const project = await requireProject(store, params.project_id);
  const { limit, after } = readPageRequest(query);
  const { build_name: buildName } = query;
  const rows = await store.list({
    kind: 'build_run',
    projectId: project.id,
    limit: limit + 1,
    ...(buildName !== undefined && { owner: buildName }),
    ...(after !== undefined && { after: { projectId: project.id, name: after } }),
  });
  const filter = buildName === undefined ? '' : `?build_name=${encodeURIComponent(buildName)}`;
  const { items, ...page } = pageOf(rows, {
    limit,
    href: `${projectHref(project.id, facts)}/build_runs${filter}`,
    keyOf: (row) => row.name,
    toItem: (row) => viewBuildRun(buildRunFrom(row), facts),
  });
  return { build_runs: items, ...page };
}

async function createBuildRun(context: ControlContext, call: Call<'createBuildRun'>): Promise<BuildRun> {
  const { store } = context;
  const { params, body } = call;
  const project = await requireOpenProject(store, params.project_id);
  if (body.name !== undefined) refuseProblem(buildNameProblem('build_run', body.name));
  const build = body.build_name === undefined ? undefined : await requireBuild(store, project.id, body.build_name);
  const recipe = completeRecipe({ ...build?.spec.recipe, ...body });
  refuseProblem(recipeProblem(recipe));
  await requireSource(context, project.id, recipe);
  const inserted = await insertRun(context, { project, build, recipe, body });
  context.activate({ kind: 'build_run', projectId: project.id, name: inserted.name });
  return viewBuildRun(inserted, context.facts);
}

interface RunPlan {
  readonly project: ProjectRecord;
  readonly build: BuildRecord | undefined;
  readonly recipe: BuildRecipe;
  readonly body: Call<'createBuildRun'>['body'];
}

async function insertRun(context: ControlContext, plan: RunPlan): Promise<BuildRunRecord> {
  const { project, build, recipe, body } = plan;
  const { registry } = context.facts;
  const { subdomain } = project.spec;
  const buildName = build?.name ?? '';
  const status: BuildRunStatus = { state: 'pending', reason: 'pending' };
  for (let tries = 0; tries < NAME_TRIES_MAX; tries += 1) {
    const name = body.name ?? buildRunNameFor(buildName, new Date(context.clock.now().getTime() + tries));
    const outputImage =
      body.output_image ?? build?.spec.output_image ?? `${registry}/${subdomain}/${repositoryFor(name)}:latest`;
    refuseProblem(outputImageProblem(outputImage, { registry, subdomain }));
    const spec: BuildRunSpec = {
      buildName,
      recipe,
      outputImage,
      outputSecret: body.output_secret ?? build?.spec.output_secret ?? '',
      serviceAccount: body.service_account ?? 'default',
    };
    const inserted = await insertWithinQuota(context, {
      key: buildRunKey(project.id, name),
      quota: 'buildRuns',
      owner: buildName,
      specFor: () => spec,
      status,
    });
    if (inserted) return buildRunFrom(inserted);
    if (body.name !== undefined) throw new Refusal('name_taken', { kind: 'build run', name });
  }
  throw new Refusal('busy', { reason: 'too many build runs begin at this moment' });
}

/** Runs named after one thing share its repository, so that the same source gives the same image reference again. */
function repositoryFor(runName: string): string {
  return runName.replace(/-run-\d{6}-\d{9}$/, '');
}

async function requireSource(context: ControlContext, projectId: string, recipe: BuildRecipe): Promise<void> {
  const url = recipe.source_url;
  if (url === undefined) {
    const fix = 'Upload the folder, and write source://<sha256>';
    throw invalidField({ field: 'source_url', value: null, rule: 'a build run needs a source', fix });
  }
  const id = sourceIdFrom(url) ?? '';
  if (!(await context.sources.get(projectId, id))) throw new Refusal('source_not_found', { id });
}

async function deleteBuildRun(context: ControlContext, { params }: Call<'deleteBuildRun'>): Promise<object> {
  const project = await requireProject(context.store, params.project_id);
  const deletedAt = context.clock.now().toISOString();
  const changed = await changeSpec<BuildRunSpec>(context.store, buildRunKey(project.id, params.name), {
    ifMatch: '*',
    decide: (stored) => {
      const { spec } = buildRunFrom(stored);
      return spec.deletedAt === undefined ? { ...spec, deletedAt } : undefined;
    },
  });
  if (!changed) throw notFound('build run', params.name);
  context.activate({ kind: 'build_run', projectId: project.id, name: params.name });
  return {};
}

async function listBuildRunLogs(
  context: ControlContext,
  { params, query, signal }: Call<'listBuildRunLogs'>,
): Promise<AsyncIterable<BuildLogLine>> {
  const { builder, buildProgress, store } = context;
  const project = await requireProject(store, params.project_id);
  const asked = {
    projectId: project.id,
    buildRunName: params.name,
    ...(query.tail !== undefined && { tail: query.tail }),
  };
  await requireBuildRun(store, project.id, params.name);
  // Looked at again once there is a feed: a run that ends meanwhile is then seen as ended, or its feed is told.
  const runId = buildRunId({ projectId: project.id, name: params.name });
  const feed = buildProgress.feed(runId);
  const run = await requireBuildRun(store, project.id, params.name);
  if (isEnded(run)) {
    if (!context.buildRunner.has(runId)) buildProgress.end(runId);
    return mergeEndedLog(builder.readLogs({ ...asked, follow: false }, signal), run.status.steps ?? []);
  }
  if (query.follow !== true) return mergeEndedLog(builder.readLogs({ ...asked, follow: false }, signal), feed.steps);
  return (async function* follow() {
    await untilBegun(feed, signal);
    yield* followLog(builder.readLogs({ ...asked, follow: true }, signal), feed, signal);
  })();
}
