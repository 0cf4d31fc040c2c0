/** Remembers what the engine sees of an app's revisions, and tells the owner about every turn by an event. */
import type { AppObservation } from '@slipway/engine';
import type { ControlContext } from '../control-context.ts';
import { recordEvent, type EventContent } from '../events/record-event.ts';
import type { RevisionRecord, RevisionStatus } from './revision-record.ts';
import { nextRevisionStatus } from './revision-status.ts';

export async function observeRevisions(
  context: ControlContext,
  revisions: readonly RevisionRecord[],
  seen: AppObservation | undefined,
): Promise<RevisionRecord[]> {
  const updated: RevisionRecord[] = [];
  for (const revision of revisions) {
    const observed = seen?.revisions.find((candidate) => candidate.revisionName === revision.name);
    const status = nextRevisionStatus(revision.status, observed);
    updated.push({ ...revision, status });
    if (status === revision.status) continue;
    await context.store.updateStatus(revision, revision.id, status);
    const event = eventForTurn(revision, status);
    if (event) await recordEvent(context, { projectId: revision.projectId, name: revision.owner }, event);
  }
  return updated;
}

function eventForTurn(before: RevisionRecord, status: RevisionStatus): EventContent | undefined {
  const revisionName = before.name;
  const { runFault } = status;
  if (runFault) {
    const message = runFault.message ?? `Revision "${revisionName}" does not run: ${runFault.fault}`;
    return { severity: 'warning', reason: 'RevisionFailed', message, revisionName };
  }
  const message = `Revision "${revisionName}" takes requests`;
  return { severity: 'normal', reason: 'RevisionReady', message, revisionName };
}

/** Highest number among those that were ever ready. */
export function latestReadyRevision(revisions: readonly RevisionRecord[]): string | undefined {
  return revisions.findLast((revision) => revision.status.everReady)?.name;
}
