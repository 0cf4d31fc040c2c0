/**
 * Whether a revision can be counted on: was it ever ready, what was wrong last, and is it worth another try. A new
 * revision is tried a few times and then given up; one that was ready once is tried for ever, with growing pauses.
 */
import { createCrashLoop } from './crash-loop.ts';
import type { InstanceFault } from './instance-fault.ts';
import { STABLE_RUN_MS } from './restart-delay.ts';

/** Tries of a new revision until it counts as failed: a program may wait for something that starts beside it. */
const VERIFY_TRIES_MAX = 3;

export class RevisionTrust {
  readonly #crashes = createCrashLoop();
  #verifiedAtMs: number | undefined;
  #hasGivenUp = false;

  constructor(isVerified: boolean) {
    this.#verifiedAtMs = isVerified ? 0 : undefined;
  }

  get isVerified(): boolean {
    return this.#verifiedAtMs !== undefined;
  }

  get verifiedForMs(): number | undefined {
    return this.#verifiedAtMs === undefined ? undefined : Date.now() - this.#verifiedAtMs;
  }

  /** No further try will be made. */
  get hasGivenUp(): boolean {
    return this.#hasGivenUp;
  }

  get fault(): InstanceFault | undefined {
    return this.#crashes.fault;
  }

  get failures(): number {
    return this.#crashes.failures;
  }

  get nextTryAtMs(): number | undefined {
    return this.#hasGivenUp ? undefined : this.#crashes.nextTryAtMs;
  }

  /** Why a request now would only wait in vain. */
  get blockedBy(): InstanceFault | undefined {
    return this.#hasGivenUp ? this.#crashes.fault : this.#crashes.blockedBy();
  }

  describe(): Pick<RevisionTrust, 'fault' | 'hasGivenUp' | 'isVerified' | 'nextTryAtMs' | 'verifiedForMs'> {
    const { fault, hasGivenUp, isVerified, nextTryAtMs, verifiedForMs } = this;
    return { fault, hasGivenUp, isVerified, nextTryAtMs, verifiedForMs };
  }

  verify(): void {
    this.#verifiedAtMs ??= Date.now();
  }

  /** It has the traffic, so it was ready once, whatever we have seen of it. */
  serve(): void {
    this.verify();
    if (this.#hasGivenUp) this.#crashes.forgive();
    this.#hasGivenUp = false;
  }

  forgive(): void {
    this.#crashes.forgive();
  }

  /** Says what comes next. `ranForMs`: so long it took requests before. */
  note(fault: InstanceFault, ranForMs: number): string {
    if (ranForMs >= STABLE_RUN_MS) this.forgive();
    this.#crashes.note(fault);
    this.#hasGivenUp = !this.isVerified && (fault.isFinal || this.#crashes.failures >= VERIFY_TRIES_MAX);
    if (this.#hasGivenUp) return 'no further try';
    const waitMs = Math.max(0, (this.#crashes.nextTryAtMs ?? 0) - Date.now());
    return `next try in ${(waitMs / 1000).toFixed(1)} s`;
  }
}
