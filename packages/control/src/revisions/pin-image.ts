/**
 * Pins a revision to the digest that its image has now. A mistake of the owner (no such image, no access) is final for
 * this revision; a registry that does not answer is asked again, and called failed after a few tries.
 */
import { EngineFault } from '@slipway/engine';
import type { ControlContext } from '../control-context.ts';
import { recordEvent } from '../events/record-event.ts';
import { imageCredentials } from './image-credentials.ts';
import { revisionFrom, type RevisionRecord, type RevisionStatus } from './revision-record.ts';
import { imageReasonFor } from './revision-status.ts';

/** Tries to reach a registry before the revision is called failed; the trying goes on. */
export const IMAGE_TRIES_MAX = 4;

export interface PinnedRevision {
  readonly revision: RevisionRecord;
  /** The registry did not answer: come back. */
  readonly isUnsettled: boolean;
}

export async function pinImage(context: ControlContext, revision: RevisionRecord): Promise<PinnedRevision> {
  const { status } = revision;
  const isFinal = status.imageFault && status.imageFault.reason !== 'fetch_image_failed_registry_not_found';
  if (status.image || isFinal) return { revision, isUnsettled: false };
  const { projectId } = revision;
  const { image_reference: reference, image_secret: secretName } = revision.spec.settings;
  const credentials = await imageCredentials(context, projectId, secretName);
  try {
    const image = await context.engine.resolveImage(reference, { projectId, ...(credentials && { credentials }) });
    const { imageFault: _healed, ...rest } = status;
    const pinned = { ...rest, image: { reference: image.reference, digest: image.digest } };
    return { revision: await writeStatus(context, revision, pinned), isUnsettled: false };
  } catch (error) {
    const reason = error instanceof EngineFault ? imageReasonFor(error.code, credentials !== undefined) : undefined;
    if (!(error instanceof EngineFault) || reason === undefined) throw error;
    const isUnsettled = error.code === 'image_registry_unreachable';
    const imageTries = status.imageTries + 1;
    const hasFailed = !isUnsettled || imageTries >= IMAGE_TRIES_MAX;
    if (hasFailed && !status.imageFault) {
      await recordEvent(context, appOf(revision), {
        severity: 'warning',
        reason: 'FetchImageFailed',
        message: error.message,
        revisionName: revision.name,
      });
    }
    const fault = { imageFault: { reason, message: error.message } };
    const failed = { ...status, imageTries: Math.min(imageTries, IMAGE_TRIES_MAX), ...(hasFailed && fault) };
    return { revision: await writeStatus(context, revision, failed), isUnsettled };
  }
}

function appOf(revision: RevisionRecord): { readonly projectId: string; readonly name: string } {
  return { projectId: revision.projectId, name: revision.owner };
}

async function writeStatus(
  context: ControlContext,
  revision: RevisionRecord,
  status: RevisionStatus,
): Promise<RevisionRecord> {
  const written = await context.store.updateStatus(revision, revision.id, status);
  return written ? revisionFrom(written) : { ...revision, status };
}
