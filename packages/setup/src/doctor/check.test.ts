import assert from 'node:assert/strict';
import { test } from 'node:test';
import { failed, formatChecks, ok, runChecks, warning, type Check } from './check.ts';
import {
  cgroupFinding,
  clockFinding,
  diskFinding,
  idmapFinding,
  isAtLeast,
  kernelFinding,
  memoryFinding,
} from './machine-checks.ts';
import { haproxyFinding } from './program-checks.ts';

test('runChecks() lets a check that throws or hangs hide no other', async () => {
  const checks: readonly Check[] = [
    { id: 'good', title: 'Good', run: async () => ok('fine') },
    { id: 'throws', title: 'Throws', run: async () => Promise.reject(new Error('broken')) },
    { id: 'hangs', title: 'Hangs', run: () => new Promise(() => undefined) },
  ];
  const results = await runChecks(checks, 5);
  assert.deepEqual(
    results.map((result) => [result.id, result.state, result.detail]),
    [
      ['good', 'ok', 'fine'],
      ['throws', 'failed', 'broken'],
      ['hangs', 'failed', 'no answer within 0.005 s'],
    ],
  );
});

test('formatChecks() shows mark, title, detail, the fix below, and the sum', () => {
  const results = [
    { id: 'a', title: 'Kernel', ...ok('6.1') },
    { id: 'b', title: 'Disk', ...warning('3 GiB free', 'free some') },
    { id: 'c', title: 'crun', ...failed('missing', 'sudo apt-get install crun') },
  ];
  assert.deepEqual(formatChecks(results), [
    '✓ Kernel  6.1',
    '! Disk    3 GiB free',
    '          → free some',
    '✗ crun    missing',
    '          → sudo apt-get install crun',
    '',
    '1 fine, 1 to look at, 1 failed',
  ]);
});

test('findings follow from the facts', () => {
  const v1 = '1 0 0:1 / /sys/fs/cgroup/cpu rw - cgroup cgroup rw,cpu';
  const v2 = '2 0 0:2 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw';
  const GIB = 1024 ** 3;
  const cases = [
    [cgroupFinding(v2), 'ok', /^version 2/],
    [cgroupFinding(v1), 'ok', /^version 1/],
    [cgroupFinding(`${v1}\n${v2}`), 'ok', /^hybrid/],
    [cgroupFinding('3 0 0:3 / / rw - ext4 /dev/x rw'), 'failed', /none/],
    [kernelFinding('6.1.0-18-amd64'), 'ok', /6\.1/],
    [kernelFinding('4.19.0'), 'failed', /too old/],
    [idmapFinding('5.15.0-91-generic'), 'failed', /cannot map/],
    [memoryFinding(8 * GIB, 4 * GIB), 'ok', /4\.0 GiB free/],
    [memoryFinding(8 * GIB, 0.5 * GIB), 'warning', /0\.5/],
    [diskFinding('/x', GIB), 'failed', /1\.0 GiB/],
    [clockFinding(0), 'failed', /past/],
    [haproxyFinding('HAProxy version 2.6.12-1+deb12u4 2026/01/01'), 'ok', /2\.6\.12/],
    [haproxyFinding('HAProxy version 2.4.30-0ubuntu0.22.04.2 2026/01/01'), 'failed', /too old/],
    [haproxyFinding('HA-Proxy version 2.2.9-2+deb11u6'), 'failed', /too old/],
  ] as const;
  for (const [finding, state, detail] of cases) {
    assert.equal(finding.state, state, finding.detail);
    assert.match(finding.detail, detail);
    if (state === 'failed') assert.ok('fix' in finding && finding.fix !== '', finding.detail);
  }
});

test('isAtLeast() compares numbers, not texts', () => {
  assert.ok(isAtLeast('2.10.1', [2, 4]));
  assert.ok(isAtLeast('v24.12.0', [24, 12]));
  assert.ok(!isAtLeast('24.9.0', [24, 12]));
});
