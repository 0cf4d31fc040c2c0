/** What is sent, taken by the OpenTelemetry Collector itself where it is installed. */
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { freePort, until } from '../testing/engine-bed.ts';
import { EXAMPLE_SPAN } from '../testing/example-span.ts';
import { EdgeTally } from './edge-tally.ts';
import { OtlpExporter } from './otlp-exporter.ts';

const COLLECTOR = 'otelcol';
const isThere = spawnSync(COLLECTOR, ['components']).status === 0;
const skip = isThere ? false : `the OpenTelemetry Collector ("${COLLECTOR}") is not in the PATH`;

/** Prints what it takes. */
async function openCollector(t: TestContext) {
  const dir = await mkdtemp(join(tmpdir(), 'collector-'));
  const port = await freePort();
  const pipeline = { receivers: ['otlp'], exporters: ['debug'] };
  const config = {
    receivers: { otlp: { protocols: { http: { endpoint: `127.0.0.1:${port}` } } } },
    exporters: { debug: { verbosity: 'detailed' } },
    service: { telemetry: { metrics: { level: 'none' } }, pipelines: { traces: pipeline, metrics: pipeline } },
  };
  await writeFile(join(dir, 'config.yaml'), JSON.stringify(config));
  const child = spawn(COLLECTOR, ['--config', `file:${join(dir, 'config.yaml')}`]);
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (said += chunk.toString()));
  t.after(async () => {
    child.kill();
    await rm(dir, { recursive: true });
  });
  await until('the collector is ready', () => said.includes('Everything is ready'));
  return { endpoint: `http://127.0.0.1:${port}`, said: () => said };
}

test('the OpenTelemetry Collector takes spans and metrics as they are meant', { skip }, async (t) => {
  const { endpoint, said } = await openCollector(t);
  const tally = new EdgeTally();
  const key = { projectId: 'p1', source: { type: 'app', appName: 'shop' }, targetApp: 'web' } as const;
  tally.add({ key, outcome: 'answered', durationMs: 7 });
  const lines: string[] = [];
  const log = (message: string) => lines.push(message);
  let metricsAsked = 0;
  const exporter = new OtlpExporter({
    endpoint,
    log: { info: log, warn: log, error: log },
    edges: async () => tally.observe(),
    // The first metrics come at once, the next never.
    pause: async (ms, signal) => {
      if (ms < 60_000 || metricsAsked++ === 0) return;
      const { promise, resolve } = Promise.withResolvers<void>();
      signal.addEventListener('abort', () => resolve(), { once: true });
      await promise;
    },
    random: () => 1,
  });
  t.after(() => exporter.stop());
  exporter.start();
  exporter.add({ ...EXAMPLE_SPAN, parentSpanId: '53d28565ed2c07fe' });
  await until('the span is printed', () => said().includes(EXAMPLE_SPAN.traceId));
  await until('the metrics are printed', () => said().includes('slipway.edge.duration'));
  for (const [name, value] of [
    ['Trace ID', EXAMPLE_SPAN.traceId],
    ['Parent ID', '53d28565ed2c07fe'],
    ['ID', EXAMPLE_SPAN.spanId],
    ['Name', 'GET'],
    ['Kind', 'Server'],
  ] as const)
    assert.match(said(), new RegExp(`^ +${name} +: ${value}$`, 'm'));
  assert.match(said(), /http\.response\.status_code: Int\(200\)/);
  assert.match(said(), /service\.name: Str\(web\)/);
  assert.match(said(), /AggregationTemporality: Cumulative/);
  assert.deepEqual([exporter.spansSent, exporter.failures, lines], [1, 0, []]);
});
