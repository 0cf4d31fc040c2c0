import assert from 'node:assert/strict';
import { test } from 'node:test';
import { renderBundleConfig } from './bundle.ts';
import { renderBenchmarksPage, renderRun, type Run } from './results.ts';
import { parseWrk } from './warm-path.ts';

const RUN: Run = {
  id: 'from-zero-static',
  title: 'From zero',
  unit: 'ms',
  better: 'lower',
  baseline: 'crun run',
  values: { 'crun run': [10, 20, 10], slipway: [15, 30, 15] },
  at: '2026-01-31T12:00:00.000Z',
  commit: 'abc1234',
  machine: { processor: 'P', cores: 2, memoryGib: 8, kernel: '6.18' },
};

test('renderRun() tells every series as a ratio to the baseline of the same rounds', () => {
  assert.deepEqual(renderRun(RUN), [
    'crun run: 10.0 ms (10.0–15.0), the baseline',
    'slipway: 15.0 ms (15.0–22.5), 1.50 × crun run (1.50–1.50)',
  ]);
});

test('renderBenchmarksPage() names the machine and the commit of each figure', () => {
  const page = renderBenchmarksPage([RUN]);
  assert.match(page, /## From zero\n\nLower is better\. Median of 3 interleaved rounds/);
  assert.match(page, /2026-01-31, commit abc1234, P, 2 cores, 8 GiB, Linux 6\.18\./);
});

test('parseWrk() reads the rate and the 99th percentile in milliseconds, and refuses failed requests', () => {
  const text = '  Latency Distribution\n     99%  850.00us\n  Requests/sec:  41000.12\n';
  assert.deepEqual(parseWrk(text), { requestsPerSecond: 41000.12, p99Ms: 0.85 });
  assert.equal(parseWrk(text.replace('850.00us', '1.30s')).p99Ms, 1300);
  assert.throws(() => parseWrk(`${text}  Non-2xx or 3xx responses: 3\n`), /failed requests/);
  assert.throws(() => parseWrk('unable to connect'), /Cannot read the output of wrk/);
});

test('renderBundleConfig() keeps the host network, so that a baseline does less than the platform', () => {
  const { linux } = renderBundleConfig({ args: ['/a'], env: [], hostFolders: ['/usr'] }) as {
    linux: { namespaces: readonly { type: string }[] };
  };
  assert.ok(!linux.namespaces.some(({ type }) => type === 'network'));
});
