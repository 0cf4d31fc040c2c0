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

export interface AuditTable {
  /** Order of arrival. */
  readonly seq: Generated<number>;
  readonly id: string;
  readonly class: string;
  readonly at: string;
  readonly user_id: string;
  readonly credential_kind: string;
  readonly credential_id: string;
  readonly source: string;
  readonly operation: string;
  readonly action: string;
  readonly project_id: string;
  readonly target_kind: string;
  readonly target_name: string;
  readonly outcome: string;
  readonly status: number;
  readonly error_code: string;
  readonly duration_ms: number;
}

/** Changes that are under way. */
export interface AuditBegunTable {
  readonly id: string;
  readonly content: string;
}

/** Rows of the class up to here may leave the record. */
export interface AuditMarkTable {
  readonly class: string;
  readonly seq: number;
}

export interface Schema {
  readonly resource: ResourceTable;
  readonly event: EventTable;
  readonly usage_hour: UsageHourTable;
  readonly usage_run: UsageRunTable;
  readonly audit: AuditTable;
  readonly audit_begun: AuditBegunTable;
  readonly audit_mark: AuditMarkTable;
}
