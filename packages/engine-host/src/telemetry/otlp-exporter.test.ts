import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import type { EdgeMetrics } from '@slipway/engine';
import { until } from '../testing/engine-bed.ts';
import { EXAMPLE_SPAN as SPAN } from '../testing/example-span.ts';
import { openOtlpReceiver } from '../testing/otlp-receiver.ts';
import { EdgeTally } from './edge-tally.ts';
import {
  FLUSH_MS_MAX,
  OtlpExporter,
  parseRejected,
  parseRetryAfter,
  retryDelayMs,
  SPANS_PER_BATCH_MAX,
  SPANS_QUEUED_MAX,
  TRIES_MAX,
} from './otlp-exporter.ts';

interface Bed {
  readonly headersFile?: string;
  readonly edges?: readonly EdgeMetrics[];
  /** These pauses last until they are ended; by default that between metrics and that for what waits at the end. */
  readonly isLong?: (ms: number) => boolean;
}

/** Time stands still in long pauses; every other one is told and over at once. */
function openExporter(t: TestContext, endpoint: string, bed: Bed = {}) {
  const { edges = [], headersFile, isLong = (ms) => ms === FLUSH_MS_MAX || ms === 60_000 } = bed;
  const pauses: number[] = [];
  const lines: string[] = [];
  const log = (message: string, fields?: object) => lines.push(`${message} ${JSON.stringify(fields)}`);
  const exporter = new OtlpExporter({
    endpoint,
    headersFile,
    log: { info: log, warn: log, error: log },
    edges: async () => edges,
    pause: async (ms, signal) => {
      if (!isLong(ms)) {
        pauses.push(ms);
        return;
      }
      const { promise, resolve } = Promise.withResolvers<void>();
      if (signal.aborted) resolve();
      signal.addEventListener('abort', () => resolve(), { once: true });
      await promise;
    },
    random: () => 1,
  });
  t.after(() => exporter.stop());
  return { exporter, pauses, lines };
}

test('OtlpExporter sends what waits in batches, with the headers of the file as it is then', async (t) => {
  const receiver = await openOtlpReceiver(t);
  const dir = await mkdtemp(join(tmpdir(), 'otlp-'));
  t.after(() => rm(dir, { recursive: true }));
  const file = join(dir, 'headers');
  await writeFile(file, 'authorization: Bearer one\n');
  const { exporter, lines } = openExporter(t, `${receiver.endpoint}/`, { headersFile: file });
  exporter.start();
  for (let number = 0; number < 700; number += 1) exporter.add(SPAN);
  await until('it is counted', () => receiver.spans.length === 700);
  assert.equal(receiver.headers()['authorization'], 'Bearer one');
  await writeFile(file, 'authorization: Bearer two\n');
  exporter.add(SPAN);
  await until('it is counted', () => exporter.spansSent === 701);
  assert.equal(receiver.headers()['authorization'], 'Bearer two');
  assert.deepEqual([receiver.faults, lines, exporter.spansDropped], [[], [], 0]);
});

test('OtlpExporter tries again what may be taken later, and drops and counts it in the end', async (t) => {
  const receiver = await openOtlpReceiver(t);
  const { exporter, lines, pauses } = openExporter(t, receiver.endpoint);
  let asked = 0;
  receiver.misbehave((response) => {
    asked += 1;
    response.writeHead(503, asked === 1 ? { 'retry-after': '7' } : {}).end();
  });
  exporter.start();
  exporter.add(SPAN);
  await until('it is counted', () => exporter.spansDropped === 1);
  assert.deepEqual([asked, exporter.failures, exporter.spansSent], [TRIES_MAX, TRIES_MAX, 0]);
  assert.deepEqual(pauses, [1_000, 7_000, 2_000, 4_000, 8_000, 16_000]);
  receiver.misbehave(undefined);
  exporter.add(SPAN);
  await until('it is counted', () => exporter.spansSent === 1);
  assert.deepEqual(
    lines.map((line) => line.replace(/ \{.*/, '')),
    ['The collector does not take what it is sent', 'The collector takes again what it is sent'],
  );
});

test('OtlpExporter drops at once what is refused for good, and what a collector says it left out', async (t) => {
  const receiver = await openOtlpReceiver(t);
  const { exporter } = openExporter(t, receiver.endpoint);
  receiver.misbehave((response) => void response.writeHead(401).end('secret'));
  exporter.start();
  exporter.add(SPAN);
  await until('it is counted', () => exporter.spansDropped === 1);
  assert.equal(exporter.failures, 1);
  receiver.misbehave((response) => void response.end('{"partialSuccess":{"rejectedSpans":"1"}}'));
  for (const span of [SPAN, SPAN]) exporter.add(span);
  await until('it is counted', () => exporter.spansSent === 1);
  assert.deepEqual([exporter.spansDropped, exporter.failures], [2, 1]);
});

test('OtlpExporter holds no more than its bound, and lets go of a collector that does not answer', async (t) => {
  const receiver = await openOtlpReceiver(t);
  const { exporter, pauses } = openExporter(t, receiver.endpoint, { isLong: (ms) => ms === 60_000 });
  const { promise, resolve } = Promise.withResolvers<void>();
  receiver.misbehave(() => resolve());
  exporter.start();
  exporter.add(SPAN);
  await promise;
  for (let number = 0; number < SPANS_QUEUED_MAX + 5; number += 1) exporter.add(SPAN);
  assert.equal(exporter.spansDropped, 5);
  await exporter.stop();
  assert.equal(exporter.spansDropped, SPANS_QUEUED_MAX + 6);
  assert.deepEqual(pauses, [1_000, FLUSH_MS_MAX]);
});

test('OtlpExporter sends what waits and the last totals when it stops, without waiting for more', async (t) => {
  const receiver = await openOtlpReceiver(t);
  const tally = new EdgeTally();
  const key = { projectId: 'p1', source: { type: 'outside' }, targetApp: 'web' } as const;
  tally.add({ key, outcome: 'answered', durationMs: 1 });
  const { exporter, pauses } = openExporter(t, receiver.endpoint, { edges: tally.observe([]), isLong: () => true });
  exporter.start();
  for (let number = 0; number < 700; number += 1) exporter.add(SPAN);
  await exporter.stop();
  assert.deepEqual([receiver.spans.length, exporter.spansSent, exporter.spansDropped], [700, 700, 0]);
  assert.ok(receiver.metrics.length > 0);
  assert.deepEqual([receiver.faults, pauses], [[], []]);
});

test('OtlpExporter asks a collector that is away once when it stops, and drops what waits', async (t) => {
  const receiver = await openOtlpReceiver(t);
  const { exporter } = openExporter(t, receiver.endpoint, { isLong: () => true });
  let asked = 0;
  receiver.misbehave((response) => {
    asked += 1;
    response.writeHead(503).end();
  });
  exporter.start();
  for (let number = 0; number < 2 * SPANS_PER_BATCH_MAX; number += 1) exporter.add(SPAN);
  await until('it waits to ask again', () => asked === 1 && exporter.failures === 1);
  await exporter.stop();
  assert.deepEqual([asked, exporter.spansSent, exporter.spansDropped], [2, 0, 2 * SPANS_PER_BATCH_MAX]);
});

test('retryDelayMs() grows to its bound, and is never shorter than half of it', () => {
  assert.deepEqual(
    [1, 2, 6, 50].map((attempt) => retryDelayMs(attempt, 1)),
    [1_000, 2_000, 30_000, 30_000],
  );
  assert.equal(retryDelayMs(2, 0), 1_000);
});

test('parseRetryAfter() believes a collector within bounds', () => {
  assert.deepEqual([null, '0', '3', '999999', 'Wed, 21 Oct 2026 07:28:00 GMT', '-1'].map(parseRetryAfter), [
    undefined,
    0,
    3_000,
    30_000,
    undefined,
    undefined,
  ]);
});

test('parseRejected() reads what a collector left out, and takes everything else for nothing', () => {
  const answers = [
    '{"partialSuccess":{"rejectedSpans":"3"}}',
    '{}',
    '',
    'null',
    '<html>',
    '{"partialSuccess":{"rejectedSpans":-1}}',
  ];
  assert.deepEqual(answers.map(parseRejected), [3, 0, 0, 0, 0, 0]);
});
