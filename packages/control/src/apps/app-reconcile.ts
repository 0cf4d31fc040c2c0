/**
 * One app, from what is wanted to what is: newest revision stored, references resolved, image pinned, workload declared to the engine, what
 * the engine sees remembered, traffic where it is to be, old revisions deleted. Level-triggered: every step
 * looks first, and dying between any two of them loses nothing. The store is written before the engine is told.
 */
import { isDeepStrictEqual } from 'node:util';
import { EngineFault, type AppWorkload } from '@slipway/engine';
import { applyBindings } from '../bindings/apply-bindings.ts';
import { removeBindingsOf } from '../bindings/binding-record.ts';
import { changeSpec } from '../change-spec.ts';
import type { ControlContext } from '../control-context.ts';
import { recordEvent } from '../events/record-event.ts';
import { activateMappings, mappedDomains } from '../domain-mappings/mapped-domains.ts';
import { findProject, isServing, type ProjectRecord } from '../projects/project-record.ts';
import { ensureLatestRevision } from '../revisions/ensure-revision.ts';
import { latestReadyRevision, observeRevisions } from '../revisions/observe-revisions.ts';
import { imageCredentials } from '../revisions/image-credentials.ts';
import { pinImage } from '../revisions/pin-image.ts';
import { environmentOf, resolveReferences } from '../revisions/resolve-references.ts';
import { listRevisions, type RevisionRecord } from '../revisions/revision-record.ts';
import { decideRevisionsToDelete, revisionsToKeep } from '../revisions/revision-retention.ts';
import { appWorkloadFor } from '../revisions/revision-workload.ts';
import { advanceTraffic, type TrafficGround } from '../traffic/advance-traffic.ts';
import { ErrorWatch } from '../traffic/error-watch.ts';
import { DEFAULT_TRAFFIC } from '../traffic/traffic-record.ts';
import { walkStore } from '../walk-store.ts';
import type { WorkOutcome } from '../work-queue.ts';
import { appFrom, appKey, findApp, type AppRecord, type AppSpec, type AppStatus } from './app-record.ts';
import { digestOf } from './applied-apps.ts';
import { LaterLooks } from './later-looks.ts';

export interface AppReconciler {
  reconcile(projectId: string, name: string): Promise<WorkOutcome>;
  /** Makes the next pass of every app speak to the engine, even when nothing has changed. */
  forgetApplied(): void;
  /** Looks at nothing any more by itself. */
  stop(): void;
}

export function createAppReconciler(context: ControlContext): AppReconciler {
  const { appliedApps } = context;
  const errors = new ErrorWatch();
  const looks = new LaterLooks(context);

  /** False when there is nothing to tell the engine yet. */
  async function declare(
    project: ProjectRecord,
    app: AppRecord,
    revisions: readonly RevisionRecord[],
  ): Promise<boolean> {
    const environment = (revision: RevisionRecord) => environmentOf(context, revision);
    const domains = await mappedDomains(context.store, app.projectId, app.name);
    const about = { facts: context.facts, project, app, revisions, domains };
    const workload = appWorkloadFor({ ...about, environmentOf: environment });
    if (!workload) return false;
    const digest = digestOf(workload);
    if (appliedApps.isTold(app.projectId, app.name, digest)) return true;
    await context.projectDeclarer.ensure(project.id, volumeNamesOf(workload));
    await context.engine.applyApp(workload);
    appliedApps.note(app.projectId, app.name, { digest, domains });
    await activateMappings(context, app.projectId, app.name);
    // The project's removal may have passed the engine between the look at the project and here.
    const current = await findProject(context.store, project.id);
    if (!current || current.spec.deletedAt !== undefined) await context.engine.removeProject(project.id);
    return true;
  }

  async function reconcile(projectId: string, name: string): Promise<WorkOutcome> {
    const { store } = context;
    const found = await findApp(store, projectId, name);
    const project = await findProject(store, projectId);
    if (!project || project.spec.deletedAt !== undefined) {
      appliedApps.forget(projectId, name);
      return 'done';
    }
    if (!isServing(project)) {
      appliedApps.forget(projectId, name);
      await context.engine.removeApp({ projectId, appName: name });
      return 'done';
    }
    if (!found || found.spec.deletedAt !== undefined) {
      appliedApps.forget(projectId, name);
      looks.set({ projectId, appName: name }, undefined);
      // One that came while the app was being deleted is not for an app of the same name later.
      if (found) await removeBindingsOf(store, projectId, { resource_type: 'app_v2', name });
      await removeApp(context, projectId, name);
      return 'done';
    }
    const { checked, isUnsettled } = await prepareRevision(context, found);
    const stored = await listRevisions(store, checked);
    const seen = await context.engine.observeApp({ projectId, appName: name });
    const revisions = await observeRevisions(context, stored, seen);
    const { app, lookAtMs } = await writeAppStatus(context, { app: checked, revisions, seen, errors });
    looks.set({ projectId, appName: name }, lookAtMs);
    if (await declare(project, app, revisions)) await noteLed(context, app);
    await deleteOldRevisions(context, app, revisions);
    return isUnsettled ? 'again' : 'done';
  }

  return {
    reconcile,
    forgetApplied: () => {
      appliedApps.forgetDigests();
      context.projectDeclarer.forget();
    },
    stop: () => looks.stop(),
  };
}

function volumeNamesOf({ revisions }: AppWorkload): readonly string[] {
  return revisions.flatMap(({ mounts = [] }) => mounts.map(({ volumeName }) => volumeName));
}

/** The revision that is wanted, with all it refers to and its image pinned; unsettled when that must be tried again. */
async function prepareRevision(context: ControlContext, found: AppRecord) {
  const bound = await applyBindings(context, found);
  await ensureLatestRevision(context, bound);
  const checked = await answerImageCheck(context, bound);
  const newest = await ensureLatestRevision(context, checked);
  const resolved = await resolveReferences(context, newest);
  const isWaiting = resolved.status.waitsFor !== undefined;
  const { isUnsettled } = isWaiting ? { isUnsettled: false } : await pinImage(context, resolved);
  return { checked, isUnsettled };
}

async function removeApp(context: ControlContext, projectId: string, name: string): Promise<void> {
  const { engine, store } = context;
  await engine.removeApp({ projectId, appName: name });
  for await (const revision of walkStore(store, { kind: 'app_revision', projectId, owner: name })) {
    await store.delete(revision);
  }
  await store.deleteEvents(projectId, { kind: 'app', name });
  await store.delete(appKey(projectId, name));
  await activateMappings(context, projectId, name);
}

/**
 * The update named the same tag again: when it leads to another digest now, or to none, the app gets a new revision,
 * which then tells the story. Nothing to do when the newest revision is not pinned yet: it will see the tag as it is.
 */
async function answerImageCheck(context: ControlContext, app: AppRecord): Promise<AppRecord> {
  const { spec, status } = app;
  if (spec.imageCheck <= status.imageCheck) return app;
  const revisions = await listRevisions(context.store, app);
  const newest = revisions.find((revision) => revision.spec.number === spec.revisionNumber);
  const isSame = await leadsToSameImage(context, newest, spec.settings.image_reference);
  if (isSame) return app;
  const changed = await changeSpec<AppSpec>(context.store, appKey(app.projectId, app.name), {
    ifMatch: '*',
    decide: (stored) => {
      const current = appFrom(stored).spec;
      const isMovedOn = current.revisionNumber !== spec.revisionNumber || current.deletedAt !== undefined;
      return isMovedOn ? undefined : { ...current, revisionNumber: current.revisionNumber + 1 };
    },
  });
  // Answered is what was asked before the look at the tag, not what came meanwhile.
  return changed ? { ...appFrom(changed), spec: { ...appFrom(changed).spec, imageCheck: spec.imageCheck } } : app;
}

async function leadsToSameImage(
  context: ControlContext,
  newest: RevisionRecord | undefined,
  reference: string,
): Promise<boolean> {
  if (!newest || (!newest.status.image && !newest.status.imageFault)) return true;
  try {
    const { projectId } = newest;
    const credentials = await imageCredentials(context, projectId, newest.spec.settings.image_secret);
    const image = await context.engine.resolveImage(reference, { projectId, ...(credentials && { credentials }) });
    return image.digest === newest.status.image?.digest;
  } catch (error) {
    if (error instanceof EngineFault && error.code.startsWith('image_')) return false;
    throw error;
  }
}

async function writeAppStatus(
  context: ControlContext,
  ground: Omit<TrafficGround, 'latestReady'>,
): Promise<{ readonly app: AppRecord; readonly lookAtMs: number | undefined }> {
  const { app, revisions } = ground;
  const latestReady = latestReadyRevision(revisions);
  const { events, lookAtMs, status: traffic } = await advanceTraffic(context, { ...ground, latestReady });
  const status: AppStatus = {
    imageCheck: app.spec.imageCheck,
    ...(latestReady !== undefined && { latestReadyRevision: latestReady }),
    ...(app.status.ledRevision !== undefined && { ledRevision: app.status.ledRevision }),
    ...(traffic && { traffic }),
  };
  if (isDeepStrictEqual(status, app.status)) return { app, lookAtMs };
  await context.store.updateStatus(appKey(app.projectId, app.name), app.id, status);
  for (const event of events) await recordEvent(context, app, event);
  return { app: { ...app, status }, lookAtMs };
}

/** From then on an app says that it is ready. One that is awaited takes requests later, and the engine signals it. */
async function noteLed({ engine, store }: ControlContext, { id, name, projectId, status }: AppRecord): Promise<void> {
  const { latestReadyRevision } = status;
  if (latestReadyRevision === undefined || latestReadyRevision === status.ledRevision) return;
  const seen = await engine.observeApp({ projectId, appName: name });
  if (seen?.awaited?.includes(latestReadyRevision)) return;
  await store.updateStatus(appKey(projectId, name), id, { ...status, ledRevision: latestReadyRevision });
}

async function deleteOldRevisions(
  context: ControlContext,
  app: AppRecord,
  revisions: readonly RevisionRecord[],
): Promise<void> {
  const marks = revisions.map((revision) => ({ name: revision.name, number: revision.spec.number }));
  const { revisionsMax } = app.spec.traffic ?? DEFAULT_TRAFFIC;
  const inUse = revisionsToKeep(app);
  for (const { name } of decideRevisionsToDelete(marks, { inUse, revisionsMax })) {
    await context.store.delete({ kind: 'app_revision', projectId: app.projectId, name });
  }
}
