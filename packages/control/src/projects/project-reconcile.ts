/**
 * Brings a project to where it is wanted: there, suspended (nothing of it runs, everything is kept), or gone with all it
 * holds. Its apps and build runs look at the project themselves, each in its own turn of the queue, so suspending and
 * restoring never race with what they are about to do: here they are only activated and watched. The row goes last:
 * until then it is found.
 */
import { isDeepStrictEqual } from 'node:util';
import type { ProjectWorkload } from '@slipway/engine';
import { ensureOutboundDefault } from '../allowed-outbound-destinations/project-outbound.ts';
import { buildRunId } from '../build-runs/build-run-record.ts';
import { ensureProjectCertificates, readCertificates } from '../certificates/project-certificates.ts';
import { changeSpec } from '../change-spec.ts';
import type { ControlContext } from '../control-context.ts';
import { quotaResources } from '../quotas/quota-rules.ts';
import { RESOURCE_KINDS, type ResourceKind } from '../store.ts';
import { walkStore } from '../walk-store.ts';
import type { WorkOutcome } from '../work-queue.ts';
import { activateContent } from './project-content.ts';
import {
  findProject,
  projectFrom,
  projectKey,
  type ProjectRecord,
  type ProjectSpec,
  type ProjectStatus,
} from './project-record.ts';
import { isDue } from './project-status.ts';

const CONTENT_KINDS: readonly ResourceKind[] = RESOURCE_KINDS.filter((kind) => kind !== 'project');

export function projectWorkload(project: ProjectRecord): ProjectWorkload {
  const { quotas, subdomain } = project.spec;
  return { projectId: project.id, subdomain, quota: quotaResources(quotas) };
}

export async function reconcileProject(context: ControlContext, projectId: string): Promise<WorkOutcome> {
  const project = await findProject(context.store, projectId);
  if (!project) return 'done';
  const { deletedAt, softDeleted } = project.spec;
  if (deletedAt === undefined && softDeleted === undefined) return serveProject(context, project);
  try {
    if (deletedAt !== undefined) return await removeProject(context, project);
    return softDeleted && isDue(softDeleted, context.clock.now())
      ? await reclaimProject(context, project)
      : await suspendProject(context, project);
  } catch (error) {
    await writeStatus(context, project, { ...project.status, hasFailed: true });
    throw error;
  }
}

async function serveProject(context: ControlContext, project: ProjectRecord): Promise<WorkOutcome> {
  await ensureProjectCertificates(context, project);
  if (project.spec.hasOutboundDefault !== true) await ensureOutboundDefault(context, project.id);
  await context.projectDeclarer.declare(project.id);
  const { isPublic } = await readCertificates(context, project.id);
  const status: ProjectStatus = { state: 'active', ...(isPublic && { hasPublicCertificate: true }) };
  if (!isDeepStrictEqual(project.status, status)) await writeStatus(context, project, status);
  return 'done';
}

async function suspendProject(context: ControlContext, project: ProjectRecord): Promise<WorkOutcome> {
  const isQuiet = await activateContent(context, project.id);
  if (!isQuiet) return 'again';
  if (project.status.state !== 'suspended') await writeStatus(context, project, { state: 'suspended' });
  return 'done';
}

/** From here on nothing brings it back; whoever restored it a moment before has won. */
async function reclaimProject(context: ControlContext, project: ProjectRecord): Promise<WorkOutcome> {
  const now = context.clock.now();
  const changed = await changeSpec<ProjectSpec>(context.store, projectKey(project.id), {
    ifMatch: '*',
    decide: (stored) => {
      const { spec } = projectFrom(stored);
      const isLate = spec.softDeleted && isDue(spec.softDeleted, now);
      return isLate && spec.deletedAt === undefined ? { ...spec, deletedAt: now.toISOString() } : undefined;
    },
  });
  if (!changed || projectFrom(changed).spec.deletedAt === undefined) return 'again';
  return removeProject(context, project);
}

async function removeProject(context: ControlContext, project: ProjectRecord): Promise<WorkOutcome> {
  const { builder, buildRunner, engine, sources, store } = context;
  const { id: projectId } = project;
  for await (const run of walkStore(store, { kind: 'build_run', projectId })) {
    await buildRunner.cancel(buildRunId(run));
    await builder.remove(projectId, run.name);
  }
  context.projectDeclarer.forget(projectId);
  await engine.removeProject(projectId);
  await builder.removeProject(projectWorkload(project));
  await sources.removeProject(projectId);
  for (const kind of CONTENT_KINDS) {
    for await (const resource of walkStore(store, { kind, projectId })) await store.delete(resource);
  }
  context.directory.forgetProject(projectId);
  await store.deleteEvents(projectId);
  await store.delete(projectKey(projectId));
  return 'done';
}

async function writeStatus({ store }: ControlContext, project: ProjectRecord, status: ProjectStatus): Promise<void> {
  await store.updateStatus(projectKey(project.id), project.id, status);
}
