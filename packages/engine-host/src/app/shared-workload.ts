/** The workload with those parts shared that are the same for many apps. Its meaning does not change. */
import type { AppWorkload, RevisionWorkload } from '@slipway/engine';
import type { SharedValues } from './shared-values.ts';

export function shareWorkload(workload: AppWorkload, values: SharedValues): AppWorkload {
  return { ...workload, revisions: workload.revisions.map((revision) => shareRevision(revision, values)) };
}

function shareRevision(revision: RevisionWorkload, values: SharedValues): RevisionWorkload {
  const { arguments: args, command, liveness, mounts, readiness, scale } = revision;
  return {
    ...revision,
    command: values.share(command),
    arguments: values.share(args),
    readiness: values.share(readiness),
    scale: values.share(scale),
    ...(mounts && { mounts: values.share(mounts) }),
    ...(liveness && { liveness: values.share(liveness) }),
  };
}
