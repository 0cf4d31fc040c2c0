/** An app as the API shows it, from what is stored and what the engine sees. */
import type { App } from '@slipway/spec';
import type { ControlContext } from '../control-context.ts';
import type { ProjectRecord } from '../projects/project-record.ts';
import { revisionFrom, revisionKey, revisionNameFor, type RevisionRecord } from '../revisions/revision-record.ts';
import type { AppRecord } from './app-record.ts';
import { viewApp } from './app-view.ts';

export async function showApp(context: ControlContext, project: ProjectRecord, app: AppRecord): Promise<App> {
  const { engine, facts, store } = context;
  const names = new Set([revisionNameFor(app.name, app.spec.revisionNumber)]);
  if (app.status.latestReadyRevision !== undefined) names.add(app.status.latestReadyRevision);
  const revisions: RevisionRecord[] = [];
  for (const name of names) {
    const stored = await store.get(revisionKey(project.id, name));
    if (stored) revisions.push(revisionFrom(stored));
  }
  const seen = await engine.observeApp({ projectId: project.id, appName: app.name });
  return viewApp({ project, app, revisions, seen }, facts);
}
