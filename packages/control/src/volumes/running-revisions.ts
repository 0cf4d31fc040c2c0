/** The revisions of a project that may have instances: the one that serves, and the one that is wanted. */
import { appFrom } from '../apps/app-record.ts';
import { revisionFrom, revisionNameFor, type RevisionRecord } from '../revisions/revision-record.ts';
import type { Store } from '../store.ts';
import { walkStore } from '../walk-store.ts';

export async function runningRevisions(store: Store, projectId: string): Promise<readonly RevisionRecord[]> {
  const names = new Set<string>();
  for await (const stored of walkStore(store, { kind: 'app', projectId })) {
    const { name, spec, status } = appFrom(stored);
    if (spec.deletedAt !== undefined) continue;
    names.add(revisionNameFor(name, spec.revisionNumber));
    if (status.latestReadyRevision !== undefined) names.add(status.latestReadyRevision);
  }
  const running: RevisionRecord[] = [];
  for await (const stored of walkStore(store, { kind: 'app_revision', projectId })) {
    if (names.has(stored.name)) running.push(revisionFrom(stored));
  }
  return running;
}
