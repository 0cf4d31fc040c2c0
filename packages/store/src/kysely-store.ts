/**
 * `Store` over Kysely, one implementation for SQLite and Postgres. Every change is one statement (or one transaction for
 * events), so the database decides races: a tag that does not match updates no row, a taken key inserts none.
 */
import { randomUUID } from 'node:crypto';
import type {
  EventQuery,
  EventSubject,
  ResourceDraft,
  ResourceKey,
  ResourceListQuery,
  Store,
  StoredEvent,
  StoredResource,
} from '@slipway/control';
import type { Kysely, Selectable } from 'kysely';
import { inTransaction, type TransactionKind } from './in-transaction.ts';
import type { EventTable, ResourceTable, Schema } from './schema.ts';

export interface KyselyStoreOptions {
  readonly now: () => Date;
  /** Of events: they come by the dozen when an app wakes, and a sync to disk for each would hold up its requests. */
  readonly relaxed: TransactionKind;
}

type KindQuery = Pick<ResourceListQuery, 'kind' | 'projectId' | 'owner'>;

export class KyselyStore implements Store {
  readonly #database: Kysely<Schema>;
  readonly #now: () => Date;
  readonly #relaxed: TransactionKind;

  constructor(database: Kysely<Schema>, { now, relaxed }: KyselyStoreOptions) {
    this.#database = database;
    this.#now = now;
    this.#relaxed = relaxed;
  }

  async get(key: ResourceKey): Promise<StoredResource | undefined> {
    const row = await this.#database
      .selectFrom('resource')
      .selectAll()
      .where('kind', '=', key.kind)
      .where('project_id', '=', key.projectId)
      .where('name', '=', key.name)
      .executeTakeFirst();
    return row && resourceFrom(row);
  }

  async list(query: ResourceListQuery): Promise<readonly StoredResource[]> {
    let select = this.#matching(query).selectAll().orderBy('project_id').orderBy('name').limit(query.limit);
    const { after } = query;
    if (after) {
      select = select.where((build) =>
        build(build.refTuple('project_id', 'name'), '>', build.tuple(after.projectId, after.name)),
      );
    }
    return (await select.execute()).map(resourceFrom);
  }

  async count(query: KindQuery): Promise<number> {
    const row = await this.#matching(query)
      .select(({ fn }) => fn.countAll().as('total'))
      .executeTakeFirstOrThrow();
    return Number(row.total);
  }

  async insert(draft: ResourceDraft): Promise<StoredResource | undefined> {
    const at = this.#now().toISOString();
    const row = await this.#database
      .insertInto('resource')
      .values({
        kind: draft.kind,
        project_id: draft.projectId,
        name: draft.name,
        id: draft.id,
        entity_tag: newEntityTag(),
        owner: draft.owner,
        spec: JSON.stringify(draft.spec),
        status: JSON.stringify(draft.status),
        created_at: at,
        updated_at: at,
      })
      .onConflict((conflict) => conflict.doNothing())
      .returningAll()
      .executeTakeFirst();
    return row && resourceFrom(row);
  }

  async update(
    key: ResourceKey,
    entityTag: string,
    change: { readonly spec?: unknown; readonly status?: unknown },
  ): Promise<StoredResource | undefined> {
    const row = await this.#database
      .updateTable('resource')
      .set({
        entity_tag: newEntityTag(),
        updated_at: this.#now().toISOString(),
        ...(change.spec !== undefined && { spec: JSON.stringify(change.spec) }),
        ...(change.status !== undefined && { status: JSON.stringify(change.status) }),
      })
      .where('kind', '=', key.kind)
      .where('project_id', '=', key.projectId)
      .where('name', '=', key.name)
      .where('entity_tag', '=', entityTag)
      .returningAll()
      .executeTakeFirst();
    return row && resourceFrom(row);
  }

  async updateStatus(key: ResourceKey, id: string, status: unknown): Promise<StoredResource | undefined> {
    const row = await this.#database
      .updateTable('resource')
      .set({ status: JSON.stringify(status), updated_at: this.#now().toISOString() })
      .where('kind', '=', key.kind)
      .where('project_id', '=', key.projectId)
      .where('name', '=', key.name)
      .where('id', '=', id)
      .returningAll()
      .executeTakeFirst();
    return row && resourceFrom(row);
  }

  /** Statuses are written whatever the tag is, so both are compared: the text that was read is the text that is there. */
  async rewrite(
    stored: StoredResource,
    change: { readonly spec?: unknown; readonly status?: unknown },
  ): Promise<boolean> {
    const result = await this.#database
      .updateTable('resource')
      .set({
        spec: JSON.stringify(change.spec ?? stored.spec),
        status: JSON.stringify(change.status ?? stored.status),
      })
      .where('kind', '=', stored.kind)
      .where('project_id', '=', stored.projectId)
      .where('name', '=', stored.name)
      .where('id', '=', stored.id)
      .where('entity_tag', '=', stored.entityTag)
      .where('status', '=', JSON.stringify(stored.status))
      .executeTakeFirst();
    return result.numUpdatedRows > 0n;
  }

  async delete(key: ResourceKey): Promise<boolean> {
    const result = await this.#database
      .deleteFrom('resource')
      .where('kind', '=', key.kind)
      .where('project_id', '=', key.projectId)
      .where('name', '=', key.name)
      .executeTakeFirst();
    return result.numDeletedRows > 0n;
  }

  async appendEvent(event: StoredEvent, keep: number): Promise<void> {
    await inTransaction(this.#database, this.#relaxed, async (transaction) => {
      await transaction
        .insertInto('event')
        .values({
          id: event.id,
          project_id: event.projectId,
          kind: event.kind,
          name: event.name,
          revision_name: event.revisionName,
          at: event.at,
          content: JSON.stringify(event.content),
        })
        .onConflict((conflict) => conflict.doNothing())
        .execute();
      await transaction
        .deleteFrom('event')
        .where('project_id', '=', event.projectId)
        .where('kind', '=', event.kind)
        .where('name', '=', event.name)
        .where('seq', '<=', (build) =>
          build
            .selectFrom('event')
            .select('seq')
            .where('project_id', '=', event.projectId)
            .where('kind', '=', event.kind)
            .where('name', '=', event.name)
            .orderBy('seq', 'desc')
            .offset(keep)
            .limit(1),
        )
        .execute();
    });
  }

  async listEvents(query: EventQuery): Promise<readonly StoredEvent[]> {
    let select = this.#database
      .selectFrom('event')
      .selectAll()
      .where('project_id', '=', query.projectId)
      .orderBy('seq')
      .limit(query.limit);
    if (query.kind !== undefined) select = select.where('kind', '=', query.kind);
    if (query.name !== undefined) select = select.where('name', '=', query.name);
    if (query.revisionName !== undefined) select = select.where('revision_name', '=', query.revisionName);
    if (query.since !== undefined) select = select.where('at', '>=', query.since);
    if (query.afterId !== undefined) {
      // An event that was dropped meanwhile was the oldest: everything that is left comes after it.
      const last = await this.#database
        .selectFrom('event')
        .select('seq')
        .where('id', '=', query.afterId)
        .executeTakeFirst();
      if (last) select = select.where('seq', '>', last.seq);
    }
    return (await select.execute()).map(eventFrom);
  }

  async deleteEvents(projectId: string, subject?: Pick<EventSubject, 'kind' | 'name'>): Promise<void> {
    const ofProject = this.#database.deleteFrom('event').where('project_id', '=', projectId);
    if (!subject) await ofProject.execute();
    else await ofProject.where('kind', '=', subject.kind).where('name', '=', subject.name).execute();
  }

  async close(): Promise<void> {
    await this.#database.destroy();
  }

  #matching(query: KindQuery) {
    let select = this.#database.selectFrom('resource').where('kind', '=', query.kind);
    if (query.projectId !== undefined) select = select.where('project_id', '=', query.projectId);
    if (query.owner !== undefined) select = select.where('owner', '=', query.owner);
    return select;
  }
}

function newEntityTag(): string {
  return randomUUID().replaceAll('-', '').slice(0, 16);
}

function resourceFrom(row: Selectable<ResourceTable>): StoredResource {
  return {
    kind: row.kind as StoredResource['kind'],
    projectId: row.project_id,
    name: row.name,
    id: row.id,
    entityTag: row.entity_tag,
    owner: row.owner,
    spec: JSON.parse(row.spec) as unknown,
    status: JSON.parse(row.status) as unknown,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  };
}

function eventFrom(row: Selectable<EventTable>): StoredEvent {
  return {
    id: row.id,
    projectId: row.project_id,
    kind: row.kind as StoredEvent['kind'],
    name: row.name,
    revisionName: row.revision_name,
    at: row.at,
    content: JSON.parse(row.content) as unknown,
  };
}
