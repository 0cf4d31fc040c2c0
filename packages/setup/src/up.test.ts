import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SetupFault } from './setup-fault.ts';
import { bringUp } from './up.ts';

test('bringUp() starts no platform on the machine from within a test that named none', async () => {
  const reporter = { begin: () => assert.fail('nothing is begun') };
  const options = { name: 'default', settings: {}, reporter, signal: AbortSignal.abort() };
  await assert.rejects(bringUp(options), (error: unknown) => {
    assert.ok(error instanceof SetupFault);
    assert.match(error.message, /^Cannot start platform "default": a test runs, and named none$/);
    return true;
  });
});
