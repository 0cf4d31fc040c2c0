import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { test } from 'node:test';
import { createFakeEngine, createManualClock, describeEngineConformance, FakeMachine } from './testing.ts';

const machine = new FakeMachine();
describeEngineConformance({
  name: 'fake',
  createEngine: () => createFakeEngine({ machine }),
  images: {
    good: 'fake/good',
    exitsWith3: 'fake/exits:3',
    neverListens: 'fake/never-listens',
    missing: 'fake/missing',
  },
  request: (host, target) => machine.request(host, target),
  certificateFor: (host) => {
    const served = machine.certificates.servedFor(host);
    return served && new X509Certificate(served.chainPem).fingerprint256;
  },
});

test('the manual clock calls back in order of time, and also what a callback sets', () => {
  const clock = createManualClock();
  const calls: string[] = [];
  clock.after(20, () => calls.push('late'));
  clock.after(10, () => {
    calls.push('early');
    clock.after(5, () => calls.push('nested'));
  });
  const cancel = clock.after(1, () => calls.push('never'));
  cancel();
  clock.advance(15);
  assert.deepEqual(calls, ['early', 'nested']);
  clock.advance(5);
  assert.deepEqual(calls, ['early', 'nested', 'late']);
});
