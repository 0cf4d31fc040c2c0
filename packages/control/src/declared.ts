/**
 * Everything that must run, read from the store: what an engine is started with. A platform may have a hundred thousand
 * apps, so a project is asked for everything at once, and one project after the other.
 */
import type { AppWorkload, Declared, ProjectWorkload } from '@slipway/engine';
import { appFrom } from './apps/app-record.ts';
import type { ControlContext } from './control-context.ts';
import { mappedDomainsByApp } from './domain-mappings/mapped-domains.ts';
import { isServing, projectFrom, type ProjectRecord } from './projects/project-record.ts';
import { readProjectWorkload } from './projects/project-declarer.ts';
import { environmentOf } from './revisions/resolve-references.ts';
import { listRevisionsByApp, revisionsOf } from './revisions/revision-record.ts';
import { appWorkloadFor } from './revisions/revision-workload.ts';
import { walkStore } from './walk-store.ts';

type DeclaredContext = Pick<ControlContext, 'clock' | 'facts' | 'secretBox' | 'store' | 'workloadTokens'>;

/** Leaves out what is being deleted: the engine removes it as undeclared, reconcile deletes the rows. */
export async function readDeclared(context: DeclaredContext): Promise<Declared> {
  const projects: ProjectRecord[] = [];
  for await (const stored of walkStore(context.store, { kind: 'project' })) {
    const project = projectFrom(stored);
    // One that can be restored keeps its ground and its logs, and nothing of it runs.
    if (project.spec.deletedAt === undefined) projects.push(project);
  }
  const apps: AppWorkload[] = [];
  for (const project of projects.filter(isServing)) {
    for await (const workload of readApps(context, project)) apps.push(workload);
  }
  const workloads: ProjectWorkload[] = [];
  for (const project of projects) workloads.push(await readProjectWorkload(context, project));
  return { projects: workloads, apps };
}

async function* readApps(context: DeclaredContext, project: ProjectRecord): AsyncGenerator<AppWorkload> {
  const { facts, store } = context;
  const domains = await mappedDomainsByApp(store, project.id);
  const revisions = await listRevisionsByApp(store, project.id);
  for await (const stored of walkStore(store, { kind: 'app', projectId: project.id })) {
    const app = appFrom(stored);
    if (app.spec.deletedAt !== undefined) continue;
    const workload = appWorkloadFor({
      facts,
      project,
      app,
      revisions: revisionsOf(app, revisions.get(app.name) ?? []),
      environmentOf: (revision) => environmentOf(context, revision),
      domains: domains.get(app.name) ?? [],
    });
    if (workload) yield workload;
  }
}
