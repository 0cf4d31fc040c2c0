/** Operations on builds. Build runs keep what they were told, so a build may change or go while they run. */
import type { Build, BuildPatch, BuildPrototype } from '@slipway/spec';
import { changeSpec, requireIfMatch } from '../change-spec.ts';
import type { Call, OperationHandlers } from '../control.ts';
import type { ControlContext } from '../control-context.ts';
import { createInProject } from '../create-in-project.ts';
import { mergePatch } from '../merge-patch.ts';
import { pageOf, readPageRequest } from '../paging.ts';
import { requireOpenProject, requireProject, type ProjectRecord } from '../projects/project-record.ts';
import { projectHref } from '../projects/project-view.ts';
import { invalidField, notFound, refuseProblem } from '../refuse.ts';
import { buildFrom, buildKey, requireBuild, type BuildSpec } from './build-record.ts';
import { completeRecipe } from './build-recipe.ts';
import { buildNameProblem, outputImageProblem, recipeProblem } from './build-rules.ts';
import { viewBuild } from './build-view.ts';

type BuildOperations = 'listBuilds' | 'createBuild' | 'getBuild' | 'updateBuild' | 'deleteBuild';

export function buildOperations(context: ControlContext): Pick<OperationHandlers, BuildOperations> {
  const { facts, store } = context;
  return {
    listBuilds: (call) => listBuilds(context, call),
    createBuild: (call) => createBuild(context, call),
    getBuild: async ({ params }) => {
      const project = await requireProject(store, params.project_id);
      return viewBuild(await requireBuild(store, project.id, params.name), facts);
    },
    updateBuild: (call) => updateBuild(context, call),
    deleteBuild: async ({ params }) => {
      const project = await requireProject(store, params.project_id);
      if (!(await store.delete(buildKey(project.id, params.name)))) throw notFound('build', params.name);
      return {};
    },
  };
}

async function listBuilds({ facts, store }: ControlContext, { params, query }: Call<'listBuilds'>) {
  const project = await requireProject(store, params.project_id);
  const { limit, after } = readPageRequest(query);
  const rows = await store.list({
    kind: 'build',
    projectId: project.id,
    limit: limit + 1,
    ...(after !== undefined && { after: { projectId: project.id, name: after } }),
  });
  const { items, ...page } = pageOf(rows, {
    limit,
    href: `${projectHref(project.id, facts)}/builds`,
    keyOf: (row) => row.name,
    toItem: (row) => viewBuild(buildFrom(row), facts),
  });
  return { builds: items, ...page };
}

async function createBuild(context: ControlContext, { params, body }: Call<'createBuild'>): Promise<Build> {
  const { facts, store } = context;
  const project = await requireOpenProject(store, params.project_id);
  const { name, ...given } = body;
  refuseProblem(buildNameProblem('build', name));
  const spec = checkedSpec(context, project, given);
  const key = buildKey(project.id, name);
  const created = await createInProject(context, { key, quota: 'builds', specFor: () => spec });
  return viewBuild(buildFrom(created), facts);
}

async function updateBuild(context: ControlContext, { params, body, ifMatch }: Call<'updateBuild'>): Promise<Build> {
  const { facts, store } = context;
  const project = await requireOpenProject(store, params.project_id);
  const key = buildKey(project.id, params.name);
  await requireBuild(store, project.id, params.name);
  const changed = await changeSpec<BuildSpec>(store, key, {
    ifMatch: requireIfMatch(ifMatch, key),
    decide: (stored) => {
      const { recipe, output_image, output_secret } = buildFrom(stored).spec;
      return checkedSpec(context, project, mergePatch({ ...recipe, output_image, output_secret }, body) as BuildPatch);
    },
  });
  if (!changed) throw notFound('build', params.name);
  return viewBuild(buildFrom(changed), facts);
}

function checkedSpec(
  context: ControlContext,
  project: ProjectRecord,
  given: Omit<BuildPrototype, 'name'> | BuildPatch,
): BuildSpec {
  const { output_image: image, output_secret = '' } = given;
  if (image === undefined) {
    const fix = `Write ${context.facts.registry}/${project.spec.subdomain}/<name>:<tag>`;
    throw invalidField({ field: 'output_image', value: null, rule: 'a build needs one', fix });
  }
  const recipe = completeRecipe(given);
  const place = { registry: context.facts.registry, subdomain: project.spec.subdomain };
  refuseProblem(recipeProblem(recipe) ?? outputImageProblem(image, place));
  return { recipe, output_image: image, output_secret };
}
