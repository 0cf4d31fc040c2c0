import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ProcessFailure } from '@slipway/process';
import { complaintsIn, composeFault } from './compose-fault.ts';

const OUTPUT = `I: running apt-get update...
Err:1 https://user:word@mirror.example/debian bookworm InRelease
  403  Forbidden
E: Failed to fetch https://user:word@mirror.example/debian/dists/bookworm/InRelease  403  Forbidden
E: The repository 'https://mirror.example/debian bookworm InRelease' is not signed.
E: apt-get update failed
E: apt-get update failed`;

test('complaintsIn() keeps the last complaints, each once and without a login', () => {
  assert.deepEqual(complaintsIn(OUTPUT), [
    'E: Failed to fetch https://mirror.example/debian/dists/bookworm/InRelease  403  Forbidden',
    "E: The repository 'https://mirror.example/debian bookworm InRelease' is not signed.",
    'E: apt-get update failed',
  ]);
});

test('composeFault() says what the program complained of, and the way out', () => {
  const failure = new ProcessFailure('mmdebstrap', 'it ended with code 1', {
    exitCode: 1,
    stdout: '',
    stderr: 'E: no such suite\n',
    timedOut: false,
  });
  const fault = composeFault('slipway/base:bookworm', failure);
  assert.equal(
    fault.message,
    'Cannot compose base image "slipway/base:bookworm" from the distribution\'s packages: E: no such suite. Check that "apt-get update" works on this machine, then repeat',
  );
  assert.equal(fault.cause, failure);
  assert.equal(composeFault('slipway/base:bookworm', new Error('write: ENOSPC')).code, 'disk_full');
});
