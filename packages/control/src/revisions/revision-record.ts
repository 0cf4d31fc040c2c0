/** A revision as it is stored: what an app was told at one moment, never changed, and what became of it. */
import { createHash } from 'node:crypto';
import type { RevisionFault } from '@slipway/engine';
import { NAME_RULES, type AppRevision } from '@slipway/spec';
import type { AppSettings } from '../apps/app-settings.ts';
import type { AppBinding } from '../bindings/binding-record.ts';
import type { SealedText } from '../secret-box.ts';
import type { ResourceDraft, ResourceKey, Store, StoredResource } from '../store.ts';
import { walkStore } from '../walk-store.ts';

export type RevisionReason = NonNullable<NonNullable<AppRevision['status_details']>['reason']>;

export interface RevisionSpec {
  /** Id of the app: a later app of the same name has nothing to do with this revision. */
  readonly appId: string;
  readonly number: number;
  readonly settings: AppSettings;
  readonly bindings?: readonly AppBinding[];
}

export interface ImageFault {
  readonly reason: RevisionReason;
  readonly message: string;
}

export interface RunFault {
  readonly fault: RevisionFault;
  readonly exitCode?: number;
  readonly message?: string;
}

export interface RevisionStatus {
  /** The owner's variables with the values of their references, sealed; absent when there are no references. */
  readonly environment?: SealedText;
  /** What a reference leads to is not there: the revision does nothing until it is. */
  readonly waitsFor?: string;
  /** The image as it was when the revision was made: pinned to a digest, never looked up again. */
  readonly image?: { readonly reference: string; readonly digest: string };
  readonly imageFault?: ImageFault;
  /** Tries to reach a registry that does not answer. */
  readonly imageTries: number;
  /** It took requests at some time. */
  readonly everReady: boolean;
  /** Why it does not run, as the engine said last. */
  readonly runFault?: RunFault;
}

export interface RevisionRecord extends StoredResource {
  readonly spec: RevisionSpec;
  readonly status: RevisionStatus;
}

const NUMBER_WIDTH = 5;
const HASH_LENGTH = 8;

/** `<app>-00001`. The name of an app that leaves no room for that is shortened, with a hash to tell it from others. */
export function revisionNameFor(appName: string, number: number): string {
  const ending = `-${String(number).padStart(NUMBER_WIDTH, '0')}`;
  const room = NAME_RULES.revision.lengthMax - ending.length;
  if (appName.length <= room) return `${appName}${ending}`;
  const hash = createHash('sha256').update(appName).digest('hex').slice(0, HASH_LENGTH);
  return `${appName.slice(0, room - HASH_LENGTH - 1).replace(/-+$/, '')}-${hash}${ending}`;
}

export function revisionKey(projectId: string, name: string): ResourceKey {
  return { kind: 'app_revision', projectId, name };
}

export function revisionFrom(stored: StoredResource): RevisionRecord {
  return { ...stored, spec: stored.spec as RevisionSpec, status: stored.status as RevisionStatus };
}

export function revisionDraft(
  app: { readonly projectId: string; readonly name: string },
  spec: RevisionSpec,
  id: string,
): ResourceDraft {
  const status: RevisionStatus = { imageTries: 0, everReady: false };
  const key = revisionKey(app.projectId, revisionNameFor(app.name, spec.number));
  return { ...key, id, owner: app.name, spec, status };
}

/** Those of a whole project, by the name of their app: what asks for all apps asks once. */
export async function listRevisionsByApp(store: Store, projectId: string): Promise<Map<string, RevisionRecord[]>> {
  const found = new Map<string, RevisionRecord[]>();
  for await (const stored of walkStore(store, { kind: 'app_revision', projectId })) {
    const known = found.get(stored.owner);
    if (known) known.push(revisionFrom(stored));
    else found.set(stored.owner, [revisionFrom(stored)]);
  }
  return found;
}

/** Of this very app and not of an earlier one of its name, oldest first. */
export function revisionsOf(app: Pick<StoredResource, 'id'>, revisions: readonly RevisionRecord[]): RevisionRecord[] {
  return revisions.filter(({ spec }) => spec.appId === app.id).toSorted((a, b) => a.spec.number - b.spec.number);
}

/** All revisions of an app, oldest first. */
export async function listRevisions(
  store: Store,
  app: Pick<StoredResource, 'projectId' | 'name' | 'id'>,
): Promise<RevisionRecord[]> {
  const revisions: RevisionRecord[] = [];
  for await (const stored of walkStore(store, { kind: 'app_revision', projectId: app.projectId, owner: app.name })) {
    revisions.push(revisionFrom(stored));
  }
  return revisionsOf(app, revisions);
}
