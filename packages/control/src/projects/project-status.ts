/** The word of the public API for where a project is in its life. Pure. `hard_deleted` is never seen: nothing is left then. */
import type { PROJECT_STATUSES } from '@slipway/spec';
import type { ProjectRecord, SoftDeletion } from './project-record.ts';

export type ProjectStatusWord = (typeof PROJECT_STATUSES)[number];

export function projectStatus({ spec, status }: Pick<ProjectRecord, 'spec' | 'status'>, now: Date): ProjectStatusWord {
  const hasFailed = status.hasFailed === true;
  if (spec.deletedAt !== undefined) return hasFailed ? 'hard_deletion_failed' : 'hard_deleting';
  if (spec.softDeleted) {
    if (isDue(spec.softDeleted, now)) return 'pending_removal';
    if (status.state === 'suspended') return 'soft_deleted';
    return hasFailed ? 'deletion_failed' : 'deleting';
  }
  return status.state === 'suspended' ? 'preparing' : status.state;
}

/** The time to restore it is over. */
export function isDue({ until }: SoftDeletion, now: Date): boolean {
  return Date.parse(until) <= now.getTime();
}
