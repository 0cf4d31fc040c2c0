/**
 * The revisions of a project that may have instances, the one that serves and the one that is wanted, as far as something
 * is mounted into them: of thousands of apps that are often few.
 */
import { tokenFilesFor } from '../access/service-tokens.ts';
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
    const revision = revisionFrom(stored);
    if (names.has(stored.name) && isMountedInto(revision)) running.push(revision);
  }
  return running;
}

function isMountedInto({ spec }: RevisionRecord): boolean {
  return spec.settings.run_volume_mounts.length > 0 || tokenFilesFor(spec.settings).length > 0;
}
