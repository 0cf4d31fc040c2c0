/**
 * Numbered seats for builds: at most `seats` run at once, at most `waitersMax` wait, first come first served. The seat's
 * number names what a running build owns (network namespace, addresses), so no two builds share one.
 */
import { BuildRefusal } from './build-refusal.ts';

export interface Seat extends Disposable {
  readonly number: number;
}

export interface BuildQueue {
  take(signal: AbortSignal): Promise<Seat>;
}

interface Waiter {
  readonly seat: (number: number) => void;
}

export function createBuildQueue(seats: number, waitersMax: number): BuildQueue {
  const free = Array.from({ length: seats }, (_, index) => index);
  const waiters: Waiter[] = [];

  function give(number: number): void {
    const next = waiters.shift();
    if (next) next.seat(number);
    else free.push(number);
  }

  function seatFor(number: number): Seat {
    let held = true;
    return {
      number,
      [Symbol.dispose]() {
        if (held) give(number);
        held = false;
      },
    };
  }

  return {
    take(signal) {
      signal.throwIfAborted();
      const number = free.shift();
      if (number !== undefined) return Promise.resolve(seatFor(number));
      if (waiters.length >= waitersMax) {
        const message = `Cannot start the build: ${waiters.length} builds already wait. Try again when some have ended`;
        return Promise.reject(new BuildRefusal('failed', message));
      }
      const { promise, resolve, reject } = Promise.withResolvers<Seat>();
      const waiter: Waiter = {
        seat(given) {
          signal.removeEventListener('abort', leave);
          resolve(seatFor(given));
        },
      };
      function leave(): void {
        waiters.splice(waiters.indexOf(waiter), 1);
        reject(signal.reason as Error);
      }
      signal.addEventListener('abort', leave, { once: true });
      waiters.push(waiter);
      return promise;
    },
  };
}
