import assert from 'node:assert/strict';
import { test } from 'node:test';
import { InstanceFault } from './instance-fault.ts';
import { STABLE_RUN_MS } from './restart-delay.ts';
import { RevisionTrust } from './revision-trust.ts';

const FAULT = new InstanceFault('exited', 'its liveness probe failed 3 times');

/** As if every pause were over when the next instance fails. */
function failTwice(trust: RevisionTrust, ranForMs: number): number {
  trust.note(FAULT, ranForMs);
  const first = trust.nextTryAtMs ?? 0;
  trust.note(FAULT, ranForMs);
  return (trust.nextTryAtMs ?? 0) - first;
}

test('RevisionTrust begins anew with an instance that took requests for long, whatever failed before it', () => {
  const trust = new RevisionTrust(true);
  for (let weeks = 0; weeks < 10; weeks += 1) {
    trust.note(FAULT, STABLE_RUN_MS);
    assert.equal(trust.failures, 1);
    assert.equal(trust.blockedBy, undefined, 'its requests wait for the next one');
  }
});

test('RevisionTrust counts instances that fail together once, and one that never took requests in any case', () => {
  const trust = new RevisionTrust(true);
  assert.equal(failTwice(trust, 0), 0);
  assert.equal(trust.failures, 1);
  assert.equal(trust.fault, FAULT);
});
