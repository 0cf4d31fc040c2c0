/**
 * An app as it is stored. The spec says which revision number must exist and with which settings; the status says how
 * far reconcile has come.
 */
import type { AppBinding } from '../bindings/binding-record.ts';
import type { RestartOrder } from '@slipway/engine';
import { notFound } from '../refuse.ts';
import type { ResourceKey, Store, StoredResource } from '../store.ts';
import type { MeshSpec } from '../mesh/mesh-record.ts';
import type { TrafficSpec, TrafficStatus } from '../traffic/traffic-record.ts';
import type { AppSettings } from './app-settings.ts';

export interface AppSpec {
  readonly settings: AppSettings;
  /** Number of the newest revision. */
  readonly revisionNumber: number;
  /**
   * Counts the updates that named the same image again. A tag may lead to a new digest then, so reconcile resolves it
   * once more and makes a revision if it does.
   */
  readonly imageCheck: number;
  /** As its newest revision has them, in the order of their prefixes; absent before the first. */
  readonly bindings?: readonly AppBinding[];
  /** Absent until its owner states one: all requests go to the latest revision that is ready. */
  readonly traffic?: TrafficSpec;
  /** Calls from apps of its project; absent: nothing is set. */
  readonly mesh?: MeshSpec;
  /** Instances that are to be replaced; those that are gone mean nothing any more. */
  readonly restart?: RestartOrder;
  readonly deletedAt?: string;
}

export interface AppStatus {
  /** The `imageCheck` that was answered last. */
  readonly imageCheck: number;
  readonly latestReadyRevision?: string;
  /** The latest ready revision for which the engine leads requests where they are to go. */
  readonly ledRevision?: string;
  readonly traffic?: TrafficStatus;
}

export interface AppRecord extends StoredResource {
  readonly spec: AppSpec;
  readonly status: AppStatus;
}

export function appKey(projectId: string, name: string): ResourceKey {
  return { kind: 'app', projectId, name };
}

export function appFrom(stored: StoredResource): AppRecord {
  return { ...stored, spec: stored.spec as AppSpec, status: stored.status as AppStatus };
}

export async function findApp(store: Store, projectId: string, name: string): Promise<AppRecord | undefined> {
  const stored = await store.get(appKey(projectId, name));
  return stored && appFrom(stored);
}

/** Finds an app that is being deleted, too: whoever waits for the end of a deletion polls until this refuses. */
export async function requireApp(store: Store, projectId: string, name: string): Promise<AppRecord> {
  const app = await findApp(store, projectId, name);
  if (!app) throw notFound('app', name);
  return app;
}
