/**
 * The log of a build run: the builder's lines with the steps between them. Of an ended run both are known and merged by
 * time. Of a running one lines come as they come; a step is shown before the first line that is not older, or at once
 * when no line is waiting.
 */
import type { LogEntry } from '@slipway/engine';
import type { BuildLogLine } from '@slipway/spec';
import type { StepFeed } from './build-progress.ts';
import type { TimedStep } from './build-run-record.ts';

export async function* mergeEndedLog(
  entries: AsyncIterable<LogEntry>,
  steps: readonly TimedStep[],
): AsyncGenerator<BuildLogLine> {
  let next = 0;
  for await (const entry of entries) {
    for (let step = steps[next]; step && step.at <= entry.at; step = steps[next]) {
      yield viewStep(step);
      next += 1;
    }
    yield viewEntry(entry);
  }
  for (const step of steps.slice(next)) yield viewStep(step);
}

/** Ends when the builder's log has ended and the run has, or when aborted. */
export async function* followLog(
  entries: AsyncIterable<LogEntry>,
  feed: StepFeed,
  signal: AbortSignal,
): AsyncGenerator<BuildLogLine> {
  const aborted = new Promise<void>((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
  const iterator = entries[Symbol.asyncIterator]();
  let shown = 0;
  let pending = iterator.next();
  try {
    for (let isOpen = true; !signal.aborted && (isOpen || !feed.hasEnded || shown < feed.steps.length);) {
      const changed = feed.changed();
      const hasStep = shown < feed.steps.length;
      // A line that is already there goes through the same few turns of the event loop as this pause.
      const quiet = hasStep ? nextTurn() : changed;
      const result = isOpen ? await Promise.race([pending, quiet, aborted]) : await Promise.race([quiet, aborted]);
      const entry = result && result.done !== true ? result.value : undefined;
      if (result?.done === true) isOpen = false;
      if (result !== undefined && entry === undefined) continue;
      for (let step = feed.steps[shown]; step && (!entry || step.at <= entry.at); step = feed.steps[shown]) {
        yield viewStep(step);
        shown += 1;
      }
      if (!entry) continue;
      pending = iterator.next();
      yield viewEntry(entry);
    }
  } finally {
    // Not awaited: a reader that is suspended in a wait returns only when its own signal is aborted.
    void pending.catch(() => undefined);
    void iterator.return?.(undefined);
  }
}

/** Resolves when the run has begun, has ended, or the reader has left. */
export async function untilBegun(feed: StepFeed, signal: AbortSignal): Promise<void> {
  const aborted = new Promise<void>((resolve) => {
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
  while (!feed.hasBegun && !feed.hasEnded && !signal.aborted) await Promise.race([feed.changed(), aborted]);
}

function nextTurn(): Promise<undefined> {
  return new Promise((resolve) => {
    setImmediate(() => setImmediate(() => resolve(undefined)));
  });
}

function viewEntry({ at, stream, text }: LogEntry): BuildLogLine {
  return { at, stream, text };
}

function viewStep({ at, name, state, durationMs, detail }: TimedStep): BuildLogLine {
  return {
    at,
    stream: 'stdout',
    text: detail ?? name,
    step: {
      name,
      state,
      ...(durationMs !== undefined && { duration_ms: durationMs }),
      ...(detail !== undefined && { detail }),
    },
  };
}
