/** Makes a project exist in the engine, or removes it with everything in it. The row goes last: until then it is found. */
import type { ProjectWorkload } from '@slipway/engine';
import { buildRunId } from '../build-runs/build-run-record.ts';
import type { ControlContext } from '../control-context.ts';
import { RESOURCE_KINDS, type ResourceKind } from '../store.ts';
import { walkStore } from '../walk-store.ts';
import type { WorkOutcome } from '../work-queue.ts';
import { findProject, projectKey, type ProjectRecord } from './project-record.ts';

const CONTENT_KINDS: readonly ResourceKind[] = RESOURCE_KINDS.filter((kind) => kind !== 'project');

export function projectWorkload(project: ProjectRecord): ProjectWorkload {
  return { projectId: project.id, subdomain: project.spec.subdomain };
}

export async function reconcileProject(context: ControlContext, projectId: string): Promise<WorkOutcome> {
  const { store } = context;
  const project = await findProject(store, projectId);
  if (!project) return 'done';
  if (project.spec.deletedAt !== undefined) return removeProject(context, projectId);
  await context.projectDeclarer.declare(projectId);
  if (project.status.state !== 'active') {
    await store.updateStatus(projectKey(projectId), project.id, { state: 'active' });
  }
  return 'done';
}

async function removeProject(context: ControlContext, projectId: string): Promise<WorkOutcome> {
  const { builder, buildRunner, engine, sources, store } = context;
  for await (const run of walkStore(store, { kind: 'build_run', projectId })) {
    await buildRunner.cancel(buildRunId(run));
    await builder.remove(projectId, run.name);
  }
  context.projectDeclarer.forget(projectId);
  await engine.removeProject(projectId);
  await sources.removeProject(projectId);
  for (const kind of CONTENT_KINDS) {
    for await (const resource of walkStore(store, { kind, projectId })) await store.delete(resource);
  }
  context.directory.forgetProject(projectId);
  await store.deleteEvents(projectId);
  await store.delete(projectKey(projectId));
  return 'done';
}
