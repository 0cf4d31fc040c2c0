/** Two small tools of things with an end: waiting for one within a bound, and doing something at most once. */
import { setTimeout as sleep } from 'node:timers/promises';

/** True when the promise settled in time. */
export async function settledWithin(promise: Promise<unknown>, timeoutMs: number): Promise<boolean> {
  const timer = new AbortController();
  try {
    return await Promise.race([
      promise.then(() => true),
      sleep(timeoutMs, false, { signal: timer.signal }).catch(() => false),
    ]);
  } finally {
    timer.abort();
  }
}

/** The work, once however often it is called; everybody gets what it gave. */
export function once<Result extends object>(work: () => Result): () => Result {
  let result: Result | undefined;
  return () => (result ??= work());
}
