/**
 * Bounds how many instances start at the same time on the machine, in the order in which they came. Starting more than
 * the cores can boot makes every one of them later; a start that is given up frees its place.
 */
export interface StartGate {
  /** Some start holds a place. */
  readonly isBusy: boolean;
  /** Resolves with the function that gives the place back. Rejects with the signal's reason. */
  enter(signal: AbortSignal): Promise<() => void>;
}

export function createStartGate(placesMax: number): StartGate {
  let free = placesMax;
  const line = new Set<() => void>();

  function leave(): void {
    free += 1;
    const next = line.values().next().value;
    if (!next) return;
    line.delete(next);
    next();
  }

  function take(): () => void {
    free -= 1;
    let isHeld = true;
    return () => {
      if (!isHeld) return;
      isHeld = false;
      leave();
    };
  }

  return {
    get isBusy() {
      return free < placesMax;
    },
    enter(signal) {
      const { promise, resolve, reject } = Promise.withResolvers<() => void>();
      if (signal.aborted) {
        reject(signal.reason);
      } else if (free > 0) {
        resolve(take());
      } else {
        const go = () => {
          signal.removeEventListener('abort', giveUp);
          resolve(take());
        };
        const giveUp = () => {
          line.delete(go);
          reject(signal.reason);
        };
        line.add(go);
        signal.addEventListener('abort', giveUp, { once: true });
      }
      return promise;
    },
  };
}
