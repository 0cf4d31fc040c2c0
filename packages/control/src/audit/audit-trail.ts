/**
 * Writes the audit record without holding up who calls. A change is noted before it is made and its outcome is on disk
 * before it is answered, many at once in one write. Reads and refusals wait in memory for a moment, and in a bounded
 * number: a loss of the process loses at most that moment of them, and nothing of changes.
 */
import { AUDIT_LIMITS, Refusal } from '@slipway/spec';
import type { ControlParts } from '../control.ts';
import { WriteBatch } from '../write-batch.ts';
import type { AuditBeginning, AuditEntry, AuditPage, AuditQuery } from './audit-store.ts';

const PRUNE_MS = 60 * 60_000;
const ROWS_MAX = {
  change: AUDIT_LIMITS.changesMax,
  other: AUDIT_LIMITS.othersMax,
  anonymous: AUDIT_LIMITS.anonymousMax,
} as const;

type TrailParts = Pick<ControlParts, 'auditStore' | 'auditRetentionMs' | 'clock' | 'log'>;

export class AuditTrail {
  readonly #parts: TrailParts;
  readonly #beginnings: WriteBatch<AuditBeginning>;
  readonly #ends: WriteBatch<AuditEntry>;
  #waiting: AuditEntry[] = [];
  #flushing: Promise<void> = Promise.resolve();
  #cancelFlush: (() => void) | undefined;
  #cancelPrune: () => void = () => undefined;
  #pruning: Promise<void> = Promise.resolve();
  #isStopped = false;

  constructor(parts: TrailParts) {
    this.#parts = parts;
    this.#beginnings = new WriteBatch((items) => parts.auditStore.begin(items));
    this.#ends = new WriteBatch((items) => parts.auditStore.append(items));
  }

  async start(): Promise<void> {
    const { auditStore, log } = this.#parts;
    const unfinished = await auditStore.recover();
    if (unfinished > 0) log.warn('Changes were under way when the platform ended', { count: unfinished });
    this.#pruning = this.#prune();
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#cancelPrune();
    await this.#pruning;
    await this.flush();
  }

  /** Of a change, before it is made. */
  begin(beginning: AuditBeginning): Promise<void> {
    return this.#beginnings.add(beginning);
  }

  /** Of every call. What was begun is on disk when it returns. */
  async end(entry: AuditEntry): Promise<void> {
    if (entry.class === 'change') return await this.#ends.add(entry);
    if (this.#waiting.length >= AUDIT_LIMITS.bufferMax) await this.flush();
    if (this.#waiting.length >= AUDIT_LIMITS.bufferMax)
      throw new Refusal('busy', { reason: 'the audit record cannot be written' });
    this.#waiting.push(entry);
    if (this.#isStopped) return await this.flush();
    this.#cancelFlush ??= this.#parts.clock.after(AUDIT_LIMITS.bufferMs, () => void this.flush());
  }

  async list(query: AuditQuery): Promise<AuditPage> {
    await this.flush();
    return await this.#parts.auditStore.list(query);
  }

  /** What cannot be written stays and is tried again with the next. */
  flush(): Promise<void> {
    this.#cancelFlush?.();
    this.#cancelFlush = undefined;
    this.#flushing = this.#flushing.then(() => this.#writeWaiting());
    return this.#flushing;
  }

  async #writeWaiting(): Promise<void> {
    const entries = this.#waiting;
    if (entries.length === 0) return;
    try {
      await this.#parts.auditStore.append(entries, { relaxed: true });
      this.#waiting = this.#waiting.slice(entries.length);
    } catch (error) {
      this.#parts.log.error('The audit record cannot be written', { waiting: entries.length, error });
    }
  }

  async #prune(): Promise<void> {
    const { auditRetentionMs, auditStore, clock, log } = this.#parts;
    try {
      const before = new Date(clock.now().getTime() - auditRetentionMs).toISOString();
      const dropped = await auditStore.prune(before, ROWS_MAX);
      if (dropped > 0) log.info('Old audit records were dropped', { count: dropped });
    } catch (error) {
      log.warn('Old audit records cannot be dropped', { error });
    }
    if (this.#isStopped) return;
    this.#cancelPrune = clock.after(PRUNE_MS, () => {
      this.#pruning = this.#prune();
    });
  }
}
