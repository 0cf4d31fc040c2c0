/** The status of an app, from those of its newest and of its serving revision. Pure; see the table in the test. */
import type { App } from '@slipway/spec';
import type { RevisionStanding } from '../revisions/revision-status.ts';

export interface AppStanding {
  readonly status: NonNullable<App['status']>;
  readonly reason: NonNullable<NonNullable<App['status_details']>['reason']>;
}

export function decideAppStanding(seen: {
  /** Undefined while the row of the newest revision is not yet written. */
  readonly latest: RevisionStanding | undefined;
  /** The serving revision, when it is another one than the newest. */
  readonly serving: RevisionStanding | undefined;
  /** An update waits for a look at its image's tag. */
  readonly imageCheckPending: boolean;
  /** Requests go where they are to go since the newest is ready. */
  readonly isLed: boolean;
  /** The newest got requests, failed, and gets none any more. */
  readonly hasLatestFailed?: boolean;
}): AppStanding {
  const { latest, serving } = seen;
  if (!latest || latest.status === 'loading' || seen.imageCheckPending) {
    const isWaiting = latest?.reason === 'deploying_waiting_for_resources';
    return { status: 'deploying', reason: isWaiting ? 'waiting_for_resources' : 'deploying' };
  }
  if (latest.status === 'warning') return { status: 'warning', reason: 'waiting_for_resources' };
  if (seen.hasLatestFailed) return { status: 'warning', reason: 'ready_but_latest_revision_failed' };
  if (latest.status === 'ready') {
    return seen.isLed ? { status: 'ready', reason: 'ready' } : { status: 'deploying', reason: 'deploying' };
  }
  const isServed = serving !== undefined && serving.status !== 'failed';
  return isServed
    ? { status: 'warning', reason: 'ready_but_latest_revision_failed' }
    : { status: 'failed', reason: 'no_revision_ready' };
}
