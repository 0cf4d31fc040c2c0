/**
 * Port: the audit record, durable and append-only. Nothing is changed in it, and nothing leaves it but by `prune`, oldest
 * first. Its conformance suite runs on SQLite and on a real Postgres.
 */
import type { AuditCredentialKind, AuditOutcome } from '@slipway/spec';

/** What is bounded apart. `change`: a call that was let in and changes something. `anonymous`: nobody knows who it was. */
export const AUDIT_CLASSES = ['change', 'other', 'anonymous'] as const;
export type AuditClass = (typeof AUDIT_CLASSES)[number];

/** What is known of a call before it is done. */
export interface AuditBeginning {
  /** The trace of the request. A second record of the same id changes nothing. */
  readonly id: string;
  readonly class: AuditClass;
  /** ISO 8601, UTC. */
  readonly at: string;
  /** '' for nobody, as everything here that is not there. */
  readonly userId: string;
  readonly credentialKind: AuditCredentialKind;
  readonly credentialId: string;
  readonly source: string;
  readonly operation: string;
  readonly action: string;
  readonly projectId: string;
  readonly targetKind: string;
  readonly targetName: string;
}

export interface AuditEntry extends AuditBeginning {
  readonly outcome: AuditOutcome;
  readonly status: number;
  readonly errorCode: string;
  readonly durationMs: number;
}

/** A place in the record; newest first. */
export interface AuditPosition {
  readonly at: string;
  readonly seq: number;
}

export interface AuditQuery {
  /** All of the platform when undefined. */
  readonly projectId?: string;
  readonly userId?: string;
  /** Beginning of the action word. */
  readonly action?: string;
  readonly outcome?: AuditOutcome;
  readonly targetName?: string;
  /** From this moment on. */
  readonly since?: string;
  /** Before this moment. */
  readonly until?: string;
  readonly after?: AuditPosition;
  readonly limit: number;
  /** Looked through at most; a page may end here, short of its limit. */
  readonly windowMax: number;
}

export interface AuditPage {
  readonly entries: readonly AuditEntry[];
  /** Where the next page goes on; undefined at the end. */
  readonly next?: AuditPosition;
}

export interface AuditStore {
  /**
   * Notes that changes begin. It need not be on disk when it returns, but is before any change that is written after it:
   * so no change can outlive the note of it.
   */
  begin(beginnings: readonly AuditBeginning[]): Promise<void>;
  /** Has committed to disk when it returns, unless `relaxed`. What began is thereby ended. */
  append(entries: readonly AuditEntry[], options?: { readonly relaxed?: boolean }): Promise<void>;
  /** Makes records of outcome `unknown` of what began and never ended; to be called before anything begins. */
  recover(): Promise<number>;
  /** Newest first. */
  list(query: AuditQuery): Promise<AuditPage>;
  /** Drops what is older than `before`, and of each class the oldest above its bound. Returns how many. */
  prune(before: string, rowsMax: Readonly<Record<AuditClass, number>>): Promise<number>;
}
