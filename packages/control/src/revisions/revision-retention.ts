/** Which revisions are kept: the serving one, the newest one, and the latest inactive ones up to the limit. */
import { REVISIONS_PER_APP_MAX } from '@slipway/spec';

export interface RevisionMark {
  readonly name: string;
  readonly number: number;
}

/** The revisions to delete, oldest first. */
export function decideRevisionsToDelete(
  revisions: readonly RevisionMark[],
  inUse: { readonly serving: string | undefined; readonly latest: string },
): readonly RevisionMark[] {
  const isActive = (revision: RevisionMark) => revision.name === inUse.serving || revision.name === inUse.latest;
  const inactive = revisions.filter((revision) => !isActive(revision)).toSorted((a, b) => a.number - b.number);
  const activeCount = revisions.length - inactive.length;
  const keptCount = Math.max(0, REVISIONS_PER_APP_MAX - activeCount);
  return inactive.slice(0, Math.max(0, inactive.length - keptCount));
}
