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
  readonly kind: string;
  readonly name: string;
  readonly revision_name: string;
  readonly at: string;
  readonly content: string;
}

export interface UsageHourTable {
  /** `2026-01-31T05`, UTC. */
  readonly hour: string;
  readonly project_id: string;
  readonly component_type: string;
  readonly component_name: string;
  readonly revision_name: string;
  readonly cpu_millis: number;
  readonly memory_bytes: number;
  readonly running_ms: number;
}

export interface UsageRunTable {
  readonly run_id: string;
  readonly metered_until_ms: number;
}

export interface Schema {
  readonly resource: ResourceTable;
  readonly event: EventTable;
  readonly usage_hour: UsageHourTable;
  readonly usage_run: UsageRunTable;
}
