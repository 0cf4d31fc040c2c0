/**
 * Makes the row of an app's newest revision. Called by the request that changed the app, so that the revision is listed
 * at once, and by reconcile, in case the process died between the two writes.
 */
import type { AppRecord } from '../apps/app-record.ts';
import type { ControlContext } from '../control-context.ts';
import { recordEvent } from '../events/record-event.ts';
import { newResourceId } from '../resource-id.ts';
import { revisionDraft, revisionFrom, revisionKey, revisionNameFor, type RevisionRecord } from './revision-record.ts';

export async function ensureLatestRevision(context: ControlContext, app: AppRecord): Promise<RevisionRecord> {
  const { store } = context;
  const name = revisionNameFor(app.name, app.spec.revisionNumber);
  const key = revisionKey(app.projectId, name);
  const stored = await store.get(key);
  const existing = stored && revisionFrom(stored);
  if (existing?.spec.appId === app.id) return existing;
  // Left over by an app of the same name that was deleted while it changed.
  if (existing) await store.delete(key);
  const { settings, revisionNumber, bindings } = app.spec;
  const draft = revisionDraft(
    app,
    { appId: app.id, number: revisionNumber, settings, ...(bindings && { bindings }) },
    newResourceId(context.randomText),
  );
  const inserted = await store.insert(draft);
  if (!inserted) return ensureLatestRevision(context, app);
  await recordEvent(context, app, {
    severity: 'normal',
    reason: 'RevisionCreated',
    message: `Created revision "${name}" of image "${settings.image_reference}"`,
    revisionName: name,
  });
  return revisionFrom(inserted);
}
