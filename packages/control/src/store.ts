/**
 * Port: resources and events, durable. One table of resources, optimistic concurrency by entity tag. A method that
 * returns has committed to disk: `kill -9` one instant later loses nothing. `conformance.ts` in `store` is the contract
 * as tests, run on SQLite and on a real Postgres.
 */

import type { EventKind } from '@slipway/spec';

export const RESOURCE_KINDS = [
  'project',
  'app',
  'app_revision',
  'build',
  'build_run',
  'config_map',
  'secret',
  'job',
  'job_run',
  'function',
  'binding',
  'domain_mapping',
  'persistent_data_store',
  'allowed_outbound_destination',
  'member',
  'api_key',
  'subscription',
  'certificate',
  'applied_set',
] as const;
export type ResourceKind = (typeof RESOURCE_KINDS)[number];

export interface ResourceKey {
  readonly kind: ResourceKind;
  /** For a project its own id; `platform` for what belongs to none. */
  readonly projectId: string;
  readonly name: string;
}

export interface StoredResource extends ResourceKey {
  /** UUID, never reused. */
  readonly id: string;
  /** Changes with every write. Opaque. */
  readonly entityTag: string;
  /** Name of the owner in the same project, e.g. the app of a revision; of a secret its format; '' for none. */
  readonly owner: string;
  readonly spec: unknown;
  readonly status: unknown;
  readonly createdAt: string;
  readonly updatedAt: string;
}

export interface ResourceDraft extends ResourceKey {
  readonly id: string;
  readonly owner: string;
  readonly spec: unknown;
  readonly status: unknown;
}

export interface ResourceListQuery {
  readonly kind: ResourceKind;
  /** All projects when undefined. */
  readonly projectId?: string;
  readonly owner?: string;
  readonly limit: number;
  /** Exclusive lower bound in (projectId, name) order: the last row of the page before. */
  readonly after?: { readonly projectId: string; readonly name: string };
}

/** What events are about. */
export interface EventSubject {
  readonly projectId: string;
  readonly kind: EventKind;
  readonly name: string;
}

export interface StoredEvent extends EventSubject {
  readonly id: string;
  /** '' when it is about no single revision. */
  readonly revisionName: string;
  readonly at: string;
  readonly content: unknown;
}

export interface EventQuery {
  readonly projectId: string;
  readonly kind?: EventKind;
  readonly name?: string;
  readonly revisionName?: string;
  /** Only events of this moment or later (ISO 8601, UTC). */
  readonly since?: string;
  readonly limit: number;
  readonly afterId?: string;
}

export interface Store {
  get(key: ResourceKey): Promise<StoredResource | undefined>;
  /** Ordered by (projectId, name). */
  list(query: ResourceListQuery): Promise<readonly StoredResource[]>;
  count(query: Pick<ResourceListQuery, 'kind' | 'projectId' | 'owner'>): Promise<number>;
  /** Undefined when the key is taken; nothing is written then. */
  insert(draft: ResourceDraft): Promise<StoredResource | undefined>;
  /**
   * Writes spec and/or status if the stored tag is `entityTag`; undefined when it is not, or the resource is gone.
   * Gives the resource a new entity tag.
   */
  update(
    key: ResourceKey,
    entityTag: string,
    change: { readonly spec?: unknown; readonly status?: unknown },
  ): Promise<StoredResource | undefined>;
  /** Replaces the status whatever the tag is and keeps the tag; undefined when the resource (this id) is gone. */
  updateStatus(key: ResourceKey, id: string, status: unknown): Promise<StoredResource | undefined>;
  /**
   * Writes what means the same in another form: if nothing of the resource has changed since it was read, and without a
   * trace of it in tag and time. False when it has changed, or is gone.
   */
  rewrite(stored: StoredResource, change: { readonly spec?: unknown; readonly status?: unknown }): Promise<boolean>;
  /** True when something was deleted. */
  delete(key: ResourceKey): Promise<boolean>;
  /**
   * Appends and keeps at most `keep` events of the subject, dropping the oldest. Survives `kill -9` as everything does, but
   * not always a loss of power: nobody was promised an event, and a sync to disk for each would slow waking apps.
   */
  appendEvent(event: StoredEvent, keep: number): Promise<void>;
  /** Oldest first. */
  listEvents(query: EventQuery): Promise<readonly StoredEvent[]>;
  /** Of a whole project, or of one subject in it. */
  deleteEvents(projectId: string, subject?: Pick<EventSubject, 'kind' | 'name'>): Promise<void>;
  close(): Promise<void>;
}
