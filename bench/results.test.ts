import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bundleConfigFor, type OciConfig } from './bundle.ts';
import type { Figure } from './figure.ts';
import { measuredTargets, renderBenchmarksPage, renderParts, renderRun, renderTarget, type Run } from './results.ts';
import { parseWrk } from './warm-path.ts';

const FIGURE: Figure = {
  id: 'from-zero-static',
  title: 'From zero',
  unit: 'ms',
  better: 'lower',
  targets: [{ baseline: 'crun run', ratio: 1 }],
  rounds: 3,
  method: 'So.',
  limit: 'That.',
  prepare: () => Promise.resolve([]),
};

const RUN: Run = {
  id: 'from-zero-static',
  baseline: 'crun run',
  values: { 'crun run': [10, 20, 10], slipway: [15, 30, 15] },
  load: [0.5, 1.25],
  at: '2026-01-31T12:00:00.000Z',
  commit: 'abc1234',
  machine: { processor: 'P', cores: 2, memoryGib: 8, kernel: '6.18' },
};

test('renderRun() tells every series as a ratio to the baseline of the same rounds', () => {
  assert.deepEqual(renderRun(FIGURE, RUN), [
    'crun run: 10.0 ms (10.0–15.0), the baseline',
    'slipway: 15.0 ms (15.0–22.5), 1.50 × crun run (1.50–1.50)',
  ]);
});

test('renderTarget() says whether the platform reached it, by the side that is better', () => {
  assert.equal(
    renderTarget(FIGURE, { baseline: 'crun run', ratio: 1 }, RUN),
    '1.50 × crun run, target ≤ 1: not reached',
  );
  assert.equal(
    renderTarget({ better: 'higher' }, { baseline: 'crun run', ratio: 0.95 }, RUN),
    '1.50 × crun run, target ≥ 0.95: reached',
  );
});

test('measuredTargets() leaves out what could not be measured', () => {
  const there = { baseline: 'crun run', ratio: 1 };
  assert.deepEqual(measuredTargets({ targets: [there, { baseline: 'runc run', ratio: 0.1 }] }, RUN), [there]);
});

test('renderParts() names the largest first', () => {
  assert.equal(renderParts({ unit: 'MiB' }, { haproxy: 9, daemon: 61 }), 'daemon 61.0 MiB, haproxy 9.00 MiB');
});

test('renderBenchmarksPage() names target, method, limit, machine, commit and load of each figure', () => {
  const page = renderBenchmarksPage([{ figure: FIGURE, run: RUN }]);
  assert.match(page, /## From zero\n\n- 1\.50 × crun run, target ≤ 1: not reached\n/);
  assert.match(page, /\*\*How\.\*\* So\.\n\n\*\*The limit\.\*\* That\./);
  assert.match(page, /2026-01-31, commit abc1234, P, 2 cores, 8 GiB, Linux 6\.18, load 0\.5 → 1\.25\./);
});

test('parseWrk() reads the rate and the 99th percentile in milliseconds, and refuses failed requests', () => {
  const text = '  Latency Distribution\n     99%  850.00us\n  Requests/sec:  41000.12\n';
  assert.deepEqual(parseWrk(text), { requestsPerSecond: 41000.12, p99Ms: 0.85 });
  assert.equal(parseWrk(text.replace('850.00us', '1.30s')).p99Ms, 1300);
  assert.throws(() => parseWrk(`${text}  Non-2xx or 3xx responses: 3\n`), /failed requests/);
  assert.throws(() => parseWrk('unable to connect'), /Cannot read the output of wrk/);
});

const INSTANCE: OciConfig = {
  annotations: { 'run.oci.seccomp_bpf_data': 'AAAA' },
  mounts: [
    { type: 'proc', source: 'proc' },
    { type: 'bind', source: '/run/p/i/abc/hosts' },
  ],
  linux: {
    namespaces: [{ type: 'user', path: '/run/p/u/0' }, { type: 'network', path: '/run/p/n/1' }, { type: 'pid' }],
    cgroupsPath: '/slipway-p/abc',
    seccomp: { defaultAction: 'SCMP_ACT_ERRNO' },
  },
};
const GROUND = { userPath: '/proc/7/ns/user', networkPath: '/proc/7/ns/net', address: '198.18.0.2' };

test('bundleConfigFor() changes where an instance stands and nothing of what it is', () => {
  const plan = { ground: GROUND, cgroupsPath: '/bench', filesDir: '/copy', seccomp: undefined };
  assert.deepEqual(bundleConfigFor(INSTANCE, plan), {
    annotations: INSTANCE.annotations,
    mounts: [INSTANCE.mounts[0], { type: 'bind', source: '/copy/hosts' }],
    linux: {
      namespaces: [
        { type: 'user', path: '/proc/7/ns/user' },
        { type: 'network', path: '/proc/7/ns/net' },
        { type: 'pid' },
      ],
      cgroupsPath: '/bench',
      seccomp: { defaultAction: 'SCMP_ACT_ERRNO' },
    },
  });
});

test('bundleConfigFor() with a profile leaves the filter compiled before away', () => {
  const seccomp = { defaultAction: 'SCMP_ACT_ERRNO', architectures: [], syscalls: [] };
  const config = bundleConfigFor(INSTANCE, { ground: GROUND, cgroupsPath: '/bench', filesDir: '/copy', seccomp });
  assert.equal(config.annotations, undefined);
  assert.equal(config.linux.seccomp, seccomp);
});
