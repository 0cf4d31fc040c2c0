import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { LogEntry } from '@slipway/engine';
import { StepFeed } from './build-progress.ts';
import { followLog, mergeEndedLog } from './build-run-logs.ts';
import type { TimedStep } from './build-run-record.ts';

function entry(second: number): LogEntry {
  return { at: timeOf(second), instanceName: 'run', stream: 'stdout', text: `line ${second}` };
}

function step(second: number): TimedStep {
  return { at: timeOf(second), name: `step ${second}`, state: 'running' };
}

function timeOf(second: number): string {
  return `2026-01-01T00:00:${String(second).padStart(2, '0')}.000Z`;
}

async function* streamOf(entries: readonly LogEntry[], gate?: Promise<void>): AsyncGenerator<LogEntry> {
  yield* entries;
  await gate;
}

async function textsOf(lines: AsyncIterable<{ readonly text: string }>): Promise<readonly string[]> {
  const texts: string[] = [];
  for await (const line of lines) texts.push(line.text);
  return texts;
}

test('mergeEndedLog() sorts lines and steps into one story', async () => {
  const lines = mergeEndedLog(streamOf([entry(2), entry(4)]), [step(1), step(3), step(5)]);
  assert.deepEqual(await textsOf(lines), ['step 1', 'line 2', 'step 3', 'line 4', 'step 5']);
});

test('followLog() replays, waits for more, and ends when log and run have ended', async () => {
  const feed = new StepFeed();
  feed.push(step(1));
  feed.push(step(3));
  const gate = Promise.withResolvers<void>();
  const texts: string[] = [];
  for await (const line of followLog(streamOf([entry(2)], gate.promise), feed, new AbortController().signal)) {
    texts.push(line.text);
    if (line.text === 'step 3') setImmediate(() => feed.push(step(4)));
    if (line.text === 'step 4') {
      gate.resolve();
      setImmediate(() => feed.end());
    }
  }
  assert.deepEqual(texts, ['step 1', 'line 2', 'step 3', 'step 4']);
});

test('followLog() ends when the reader leaves', async () => {
  const feed = new StepFeed();
  feed.push(step(1));
  const leave = new AbortController();
  const never = Promise.withResolvers<void>();
  for await (const line of followLog(streamOf([], never.promise), feed, leave.signal)) {
    assert.equal(line.text, 'step 1');
    leave.abort();
  }
  never.resolve();
});
