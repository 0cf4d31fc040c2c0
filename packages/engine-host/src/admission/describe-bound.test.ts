import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { AdmissionBound } from '@slipway/engine';
import { describeBound } from './describe-bound.ts';

test('describeBound() names what is full, and of the platform no figures of others', () => {
  const cases: readonly (readonly [AdmissionBound | undefined, string])[] = [
    [undefined, 'no capacity: the room that is left is kept for others that come first'],
    [
      { scope: 'project', resource: 'cpuMillis', limit: 128_000, needed: 1000, isHopeless: false },
      "no capacity: the project's quota of 128 vCPU is used up",
    ],
    [
      { scope: 'platform', resource: 'memoryBytes', limit: 8e9, needed: 1e9, isHopeless: false },
      'no capacity: all memory of the platform is in use',
    ],
    [
      { scope: 'platform', resource: 'memoryBytes', limit: 2.5e9, needed: 4e9, isHopeless: true },
      'no capacity: it needs 4G memory, the platform has 2.5G',
    ],
  ];
  for (const [bound, text] of cases) assert.equal(describeBound(bound), text);
});
