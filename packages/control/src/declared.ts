/** Everything that must run, read from the store: what an engine is started with. */
import type { AppWorkload, Declared } from '@slipway/engine';
import { appFrom } from './apps/app-record.ts';
import type { ControlContext } from './control-context.ts';
import { mappedDomains } from './domain-mappings/mapped-domains.ts';
import { isServing, projectFrom, type ProjectRecord } from './projects/project-record.ts';
import { readProjectWorkload } from './projects/project-declarer.ts';
import { environmentOf } from './revisions/resolve-references.ts';
import { listRevisions } from './revisions/revision-record.ts';
import { appWorkloadFor } from './revisions/revision-workload.ts';
import { walkStore } from './walk-store.ts';

/** Leaves out what is being deleted: the engine removes it as undeclared, reconcile deletes the rows. */
export async function readDeclared(
  context: Pick<ControlContext, 'clock' | 'facts' | 'secretBox' | 'store' | 'workloadTokens'>,
): Promise<Declared> {
  const { facts, store } = context;
  const projects = new Map<string, ProjectRecord>();
  for await (const stored of walkStore(store, { kind: 'project' })) {
    const project = projectFrom(stored);
    // One that can be restored keeps its ground and its logs, and nothing of it runs.
    if (project.spec.deletedAt === undefined) projects.set(project.id, project);
  }
  const apps: AppWorkload[] = [];
  for await (const stored of walkStore(store, { kind: 'app' })) {
    const app = appFrom(stored);
    const project = projects.get(app.projectId);
    if (!project || !isServing(project) || app.spec.deletedAt !== undefined) continue;
    const workload = appWorkloadFor({
      facts,
      project,
      app,
      revisions: await listRevisions(store, app),
      environmentOf: (revision) => environmentOf(context, revision),
      domains: await mappedDomains(store, app.projectId, app.name),
    });
    if (workload) apps.push(workload);
  }
  const workloads = await Promise.all([...projects.values()].map((project) => readProjectWorkload(context, project)));
  return { projects: workloads, apps };
}
