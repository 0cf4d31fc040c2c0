/**
 * From what is stored and what the engine sees to the words of the API. Pure; the tables are in the test.
 *
 * The API knows only a few exit codes and no code for several failures; those become `initial_scale_never_achieved`,
 * and the exact story is in the events and in the instances.
 */
import { isDeepStrictEqual } from 'node:util';
import type { EngineFaultCode, RevisionObservation } from '@slipway/engine';
import { REVISION_REASONS, type AppRevision } from '@slipway/spec';
import type { RevisionReason, RevisionStatus, RunFault } from './revision-record.ts';

export interface RevisionStanding {
  readonly status: NonNullable<AppRevision['status']>;
  readonly reason: RevisionReason;
}

const READY: RevisionStanding = { status: 'ready', reason: 'ready' };
/** It works, with fewer instances than it is to have at least. */
const SHORT_OF_ROOM: RevisionStanding = { status: 'warning', reason: 'deploying_waiting_for_resources' };

export function decideRevisionStanding(
  stored: RevisionStatus,
  seen: RevisionObservation | undefined,
): RevisionStanding {
  if (stored.imageFault) return { status: 'failed', reason: stored.imageFault.reason };
  if (!stored.image) return { status: 'loading', reason: 'waiting' };
  const state = seen?.state ?? (stored.runFault ? 'failed' : 'deploying');
  switch (state) {
    case 'ready':
    case 'idle':
      return seen?.fault === 'no_capacity' ? SHORT_OF_ROOM : READY;
    case 'deploying':
      if (stored.everReady) return READY;
      return { status: 'loading', reason: reasonWhileDeploying(seen) };
    case 'failed':
      return { status: 'failed', reason: reasonForFault(faultOf(seen) ?? stored.runFault) };
  }
}

function reasonWhileDeploying(seen: RevisionObservation | undefined): RevisionReason {
  return seen?.fault === 'no_capacity' ? 'deploying_waiting_for_resources' : 'deploying';
}

function faultOf(seen: RevisionObservation | undefined): RunFault | undefined {
  if (seen?.fault === undefined) return undefined;
  return {
    fault: seen.fault,
    ...(seen.exitCode !== undefined && { exitCode: seen.exitCode }),
    ...(seen.message !== undefined && { message: seen.message }),
  };
}

export function reasonForFault(fault: RunFault | undefined): RevisionReason {
  switch (fault?.fault) {
    case 'image_not_found':
    case 'image_wrong_platform':
      return 'fetch_image_failed_unknown_manifest';
    case 'image_pull_failed':
      return 'image_pull_back_off';
    case 'no_capacity':
      return 'deploying_waiting_for_resources';
    case 'exited':
      return reasonForExit(fault.exitCode);
    case 'never_listened':
    case 'executable_not_found':
    case 'mount_missing':
    case 'out_of_memory':
    case 'engine_error':
    case undefined:
      return 'initial_scale_never_achieved';
  }
}

function reasonForExit(exitCode: number | undefined): RevisionReason {
  const exact = REVISION_REASONS.find((reason) => reason === `container_failed_exit_code_${exitCode}`);
  return exact ?? 'initial_scale_never_achieved';
}

/** Why an image could not be pinned; undefined when it is the platform's trouble and worth another try. */
export function imageReasonFor(code: EngineFaultCode, hasCredentials: boolean): RevisionReason | undefined {
  switch (code) {
    case 'image_reference_invalid':
      return 'fetch_image_failed_unknown_repository';
    case 'image_not_found':
    case 'image_wrong_platform':
      return 'fetch_image_failed_unknown_manifest';
    case 'image_registry_unreachable':
      return 'fetch_image_failed_registry_not_found';
    case 'image_access_denied':
      return hasCredentials ? 'fetch_image_failed_wrong_pull_credentials' : 'fetch_image_failed_missing_pull_secret';
    case 'image_damaged':
      return 'invalid_tar_header_image_pull_err';
    case 'engine_unavailable':
    case 'project_unknown':
    case 'disk_full':
    case 'certificate_refused':
      return undefined;
  }
}

/** What to remember of an observation. The same object when there is nothing new. */
export function nextRevisionStatus(stored: RevisionStatus, seen: RevisionObservation | undefined): RevisionStatus {
  if (!seen) return stored;
  if (seen.state === 'ready' || seen.state === 'idle') {
    if (stored.everReady && !stored.runFault) return stored;
    const { runFault: _healed, ...rest } = stored;
    return { ...rest, everReady: true };
  }
  if (seen.state !== 'failed') return stored;
  const runFault = faultOf(seen) ?? { fault: 'engine_error' };
  return isDeepStrictEqual(stored.runFault, runFault) ? stored : { ...stored, runFault };
}
