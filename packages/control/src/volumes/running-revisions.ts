/**
 * The revisions of a project that may have instances, as far as something is mounted into them: of thousands of apps that
 * are often few.
 */
import { tokenFilesFor } from '../access/service-tokens.ts';
import { appFrom } from '../apps/app-record.ts';
import { revisionFrom, type RevisionRecord } from '../revisions/revision-record.ts';
import { runningRevisionNames } from '../revisions/running-revision-names.ts';
import type { Store } from '../store.ts';
import { walkStore } from '../walk-store.ts';

export async function runningRevisions(store: Store, projectId: string): Promise<readonly RevisionRecord[]> {
  const names = new Set<string>();
  for await (const stored of walkStore(store, { kind: 'app', projectId })) {
    const app = appFrom(stored);
    if (app.spec.deletedAt !== undefined) continue;
    for (const name of runningRevisionNames(app)) names.add(name);
    // It gets the requests next, where nothing else is stated.
    if (app.status.latestReadyRevision !== undefined) names.add(app.status.latestReadyRevision);
  }
  const running: RevisionRecord[] = [];
  for await (const stored of walkStore(store, { kind: 'app_revision', projectId })) {
    const revision = revisionFrom(stored);
    if (names.has(stored.name) && isMountedInto(revision)) running.push(revision);
  }
  return running;
}

function isMountedInto({ spec }: RevisionRecord): boolean {
  return spec.settings.run_volume_mounts.length > 0 || tokenFilesFor(spec.settings).length > 0;
}
