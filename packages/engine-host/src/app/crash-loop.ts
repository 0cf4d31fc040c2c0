/** Memory of failed starts and crashes of one revision: what was wrong, and when the next try is due. */
import type { InstanceFault } from './instance-fault.ts';
import { restartDelayMs } from './restart-delay.ts';

const CAPACITY_RETRY_MS = 1_000;

export interface CrashLoop {
  readonly failures: number;
  readonly fault: InstanceFault | undefined;
  readonly nextTryAtMs: number | undefined;
  /** Instances that fail together count once. Returns whether this one was counted. */
  note(fault: InstanceFault): boolean;
  /** An instance ran long enough, or the revision gets a new chance. */
  forgive(): void;
  /** The fault, while a loop pauses and a request would only wait in vain. The pause after a single crash is short. */
  blockedBy(): InstanceFault | undefined;
}

export function createCrashLoop(now: () => number = Date.now): CrashLoop {
  let failures = 0;
  let fault: InstanceFault | undefined;
  let nextTryAtMs: number | undefined;
  return {
    get failures() {
      return failures;
    },
    get fault() {
      return fault;
    },
    get nextTryAtMs() {
      return nextTryAtMs;
    },
    note(next) {
      fault = next;
      if (nextTryAtMs !== undefined && now() < nextTryAtMs) return false;
      // A full machine is not the app's failure: it is asked again soon, however often.
      if (next.fault !== 'no_capacity') failures += 1;
      nextTryAtMs = now() + (next.fault === 'no_capacity' ? CAPACITY_RETRY_MS : restartDelayMs(failures));
      return true;
    },
    forgive() {
      failures = 0;
      fault = undefined;
      nextTryAtMs = undefined;
    },
    blockedBy: () => (failures > 1 && nextTryAtMs !== undefined && now() < nextTryAtMs ? fault : undefined),
  };
}
