import assert from 'node:assert/strict';
import test from 'node:test';
import type { BuildWorkload } from '@slipway/engine';
import { buildClaim } from './build-claim.ts';

const BUILD = {
  projectId: 'p1',
  buildRunName: 'run',
  cpuMillis: 1000,
  memoryBytes: 4e9,
  diskBytes: 4e9,
} as BuildWorkload;

test('buildClaim() takes the size of the build, and of a small platform all there is', () => {
  const ample = buildClaim(BUILD, { cpuMillis: 8000, memoryBytes: 16e9 });
  assert.deepEqual(ample.size, { instances: 1, cpuMillis: 1000, memoryBytes: 4e9, ephemeralStorageBytes: 4e9 });
  const small = buildClaim(BUILD, { cpuMillis: 500, memoryBytes: 2e9 });
  assert.deepEqual([small.size.cpuMillis, small.size.memoryBytes], [500, 2e9]);
  assert.notEqual(ample.id, buildClaim({ ...BUILD, projectId: 'p2' }, { cpuMillis: 1, memoryBytes: 1 }).id);
});
