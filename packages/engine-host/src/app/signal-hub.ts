/**
 * Tells watchers that something happened. Changes of one app are merged until the watcher looks, so a slow watcher
 * holds at most one per app; events are kept up to a bound and then the oldest go. A watcher hears a little later than
 * it happened: it writes what it hears to the store, on the thread on which a request waits for its app to wake. What
 * somebody waits for who changed the app is told at once.
 */
import type { AppKey, EngineEvent, EngineSignal } from '@slipway/engine';

export interface SignalHub {
  /** `isExpected`: whoever changed the app waits to hear of it. */
  changed(app: AppKey, isExpected?: boolean): void;
  event(event: EngineEvent): void;
  watch(signal: AbortSignal): AsyncGenerator<EngineSignal>;
}

export const EVENTS_PENDING_MAX = 1_000;
/** Longer than waking a quick app takes. */
const PAUSE_MS = 50;

interface Watcher {
  readonly changed: Map<string, AppKey>;
  readonly events: EngineEvent[];
  wake: () => void;
  isHurried: boolean;
  /** Ends the pause. */
  hurry: () => void;
}

export function createSignalHub({ pauseMs = PAUSE_MS } = {}): SignalHub {
  const watchers = new Set<Watcher>();

  async function* watch(signal: AbortSignal): AsyncGenerator<EngineSignal> {
    const watcher: Watcher = {
      changed: new Map(),
      events: [],
      wake: () => undefined,
      isHurried: false,
      hurry: () => undefined,
    };
    const onAbort = () => {
      watcher.wake();
      watcher.hurry();
    };
    watchers.add(watcher);
    signal.addEventListener('abort', onAbort);
    try {
      while (!signal.aborted) {
        for (const event of watcher.events.splice(0)) yield { type: 'event', event };
        for (const [key, app] of watcher.changed) {
          watcher.changed.delete(key);
          yield { type: 'changed', app };
        }
        await new Promise<void>((resolve) => {
          watcher.wake = resolve;
          if (watcher.events.length + watcher.changed.size > 0 || signal.aborted) resolve();
        });
        await pause(watcher, signal.aborted ? 0 : pauseMs);
      }
    } finally {
      watchers.delete(watcher);
      signal.removeEventListener('abort', onAbort);
    }
  }

  return {
    changed({ projectId, appName }, isExpected = false) {
      for (const watcher of watchers) {
        watcher.changed.set(`${projectId}/${appName}`, { projectId, appName });
        watcher.wake();
        if (!isExpected) continue;
        watcher.isHurried = true;
        watcher.hurry();
      }
    },
    event(event) {
      for (const watcher of watchers) {
        watcher.events.push(event);
        if (watcher.events.length > EVENTS_PENDING_MAX) watcher.events.shift();
        watcher.wake();
      }
    },
    watch,
  };
}

/** One that is hurried takes a turn all the same, in which more may come. */
async function pause(watcher: Watcher, pauseMs: number): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, watcher.isHurried ? 0 : pauseMs);
  const rushed = watcher;
  rushed.hurry = resolve;
  await promise;
  clearTimeout(timer);
  rushed.isHurried = false;
}
