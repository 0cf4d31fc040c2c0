/**
 * Many callers, one piece of work per key. A caller whose signal aborts leaves alone; the work itself is aborted when
 * nobody waits for it any more.
 */

interface Shared<T> {
  readonly promise: Promise<T>;
  readonly controller: AbortController;
  waiters: number;
}

export type ShareWork<T> = (
  key: string,
  work: (signal: AbortSignal) => Promise<T>,
  options?: { readonly signal?: AbortSignal | undefined },
) => Promise<T>;

export function createShareWork<T>(): ShareWork<T> {
  const running = new Map<string, Shared<T>>();
  return async (key, work, { signal } = {}) => {
    signal?.throwIfAborted();
    const shared = running.get(key) ?? begin(key, work);
    shared.waiters += 1;
    try {
      return await untilAborted(shared.promise, signal);
    } finally {
      shared.waiters -= 1;
      if (shared.waiters === 0) {
        // Who comes now begins anew instead of joining work that is being aborted.
        if (running.get(key) === shared) running.delete(key);
        shared.controller.abort();
      }
    }
  };

  function begin(key: string, work: (signal: AbortSignal) => Promise<T>): Shared<T> {
    const controller = new AbortController();
    const shared: Shared<T> = { promise: work(controller.signal), controller, waiters: 0 };
    running.set(key, shared);
    // Each waiter gets the error; when all have left there is nobody to tell.
    shared.promise.catch(() => undefined);
    return shared;
  }
}

async function untilAborted<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (!signal) return promise;
  const aborted = Promise.withResolvers<never>();
  function leave(): void {
    aborted.reject(signal?.reason instanceof Error ? signal.reason : new Error('Aborted'));
  }
  signal.addEventListener('abort', leave, { once: true });
  try {
    return await Promise.race([promise, aborted.promise]);
  } finally {
    signal.removeEventListener('abort', leave);
  }
}
