/**
 * Bounds how many instances start at the same time on the machine, in the order in which they came. Starting more than
 * the cores can boot makes every one of them later; a start that is given up frees its place.
 *
 * A start that takes long, or for ever, is its own app's alone: after a while its place is free for all others. So no app
 * that boots slowly, or never listens, keeps other apps asleep.
 */
export interface StartGate {
  /** Some start holds a place that others want. */
  readonly isBusy: boolean;
  /** Resolves with the function that gives the place back. Rejects with the signal's reason. `owner`: the app that starts. */
  enter(owner: string, signal: AbortSignal): Promise<() => void>;
}

/** Many times what a quick program needs, also when all places are taken. */
export const LATE_MS = 1_000;

interface Holder {
  readonly owner: string;
  isLate: boolean;
}

interface Waiting {
  readonly owner: string;
  readonly go: () => void;
}

export function createStartGate(placesMax: number): StartGate {
  const holders = new Set<Holder>();
  const line = new Set<Waiting>();

  function hasPlace(owner: string): boolean {
    let taken = 0;
    for (const holder of holders) if (!holder.isLate || holder.owner === owner) taken += 1;
    return taken < placesMax;
  }

  function letIn(): void {
    const refused = new Set<string>();
    for (const waiting of line) {
      if (refused.has(waiting.owner)) continue;
      if (hasPlace(waiting.owner)) {
        line.delete(waiting);
        waiting.go();
      } else {
        refused.add(waiting.owner);
      }
    }
  }

  function take(owner: string): () => void {
    const holder: Holder = { owner, isLate: false };
    holders.add(holder);
    const timer = setTimeout(() => {
      holder.isLate = true;
      letIn();
    }, LATE_MS).unref();
    return () => {
      clearTimeout(timer);
      if (holders.delete(holder)) letIn();
    };
  }

  return {
    get isBusy() {
      return [...holders].some((holder) => !holder.isLate);
    },
    enter(owner, signal) {
      const { promise, resolve, reject } = Promise.withResolvers<() => void>();
      if (signal.aborted) {
        reject(signal.reason);
      } else if (hasPlace(owner)) {
        resolve(take(owner));
      } else {
        const go = () => {
          signal.removeEventListener('abort', giveUp);
          resolve(take(owner));
        };
        const waiting = { owner, go };
        const giveUp = () => {
          line.delete(waiting);
          reject(signal.reason);
        };
        line.add(waiting);
        signal.addEventListener('abort', giveUp, { once: true });
      }
      return promise;
    },
  };
}
