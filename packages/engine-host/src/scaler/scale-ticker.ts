/**
 * Looks at HAProxy for the scaler: often while there is demand, rarely while awake apps are idle, never while all sleep.
 * Looks never overlap, and one that fails is followed by the next.
 */
const TICK_BUSY_MS = 100;
const TICK_IDLE_MS = 1_000;

export interface ScaleTicker {
  /** Something woke; the next look comes soon. */
  arm(): void;
  stop(): Promise<void>;
}

/** `look` returns `busy` with demand, `idle` without, `asleep` when there is nothing to look at. */
export function createScaleTicker(look: () => Promise<'busy' | 'idle' | 'asleep'>): ScaleTicker {
  let timer: NodeJS.Timeout | undefined;
  let current: Promise<void> | undefined;
  let isStopped = false;

  function schedule(afterMs: number): void {
    if (isStopped) return;
    clearTimeout(timer);
    timer = setTimeout(() => {
      timer = undefined;
      current = run();
    }, afterMs);
    timer.unref();
  }

  async function run(): Promise<void> {
    const state = await look();
    current = undefined;
    if (state !== 'asleep' && timer === undefined) schedule(state === 'busy' ? TICK_BUSY_MS : TICK_IDLE_MS);
  }

  return {
    arm() {
      if (timer === undefined && current === undefined) schedule(TICK_BUSY_MS);
    },
    async stop() {
      isStopped = true;
      clearTimeout(timer);
      await current;
    },
  };
}
