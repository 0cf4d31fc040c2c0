/**
 * The tables, the same on SQLite and Postgres: text and one counter, JSON as text. Names are compared byte by byte on
 * both (collation "C" on Postgres), so that pages have one order everywhere.
 */
import type { Generated } from 'kysely';

export interface ResourceTable {
  readonly kind: string;
  readonly project_id: string;
  readonly name: string;
  readonly id: string;
  readonly entity_tag: string;
  readonly owner: string;
  readonly spec: string;
  readonly status: string;
  readonly created_at: string;
  readonly updated_at: string;
}

export interface EventTable {
  /** Order of arrival. */
  readonly seq: Generated<number>;
  readonly id: string;
  readonly project_id: string;
  readonly app_name: string;
  readonly at: string;
  readonly content: string;
}

export interface Schema {
  readonly resource: ResourceTable;
  readonly event: EventTable;
}
