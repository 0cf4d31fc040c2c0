/** Which revisions are kept: those in use, and the latest others up to the limit. */
import type { AppRecord } from '../apps/app-record.ts';
import { revisionsInTraffic } from '../traffic/traffic-record.ts';
import { revisionNameFor } from './revision-record.ts';

export interface RevisionMark {
  readonly name: string;
  readonly number: number;
}

/** The revisions to delete, oldest first. */
export function decideRevisionsToDelete(
  revisions: readonly RevisionMark[],
  { inUse, revisionsMax }: { readonly inUse: ReadonlySet<string>; readonly revisionsMax: number },
): readonly RevisionMark[] {
  const idle = revisions.filter(({ name }) => !inUse.has(name)).toSorted((a, b) => a.number - b.number);
  const keptCount = Math.max(0, revisionsMax - (revisions.length - idle.length));
  return idle.slice(0, Math.max(0, idle.length - keptCount));
}

type Sight = Pick<AppRecord, 'name' | 'spec' | 'status'>;

/** The newest, and whoever has requests, is to have some, or has a tag: they cannot be deleted. */
export function revisionsInUse({ name, spec, status }: Sight): ReadonlySet<string> {
  const { latestReadyRevision } = status;
  return new Set([
    revisionNameFor(name, spec.revisionNumber),
    ...(latestReadyRevision === undefined ? [] : [latestReadyRevision]),
    ...revisionsInTraffic(spec.traffic, status.traffic),
  ]);
}

/** And those that requests would go back to: they are not deleted unless somebody asks for it. */
export function revisionsToKeep(app: Sight): ReadonlySet<string> {
  const previous = app.status.traffic?.previous ?? [];
  return new Set([...revisionsInUse(app), ...previous.map(({ revisionName }) => revisionName)]);
}
