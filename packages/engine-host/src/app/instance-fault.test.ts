import assert from 'node:assert/strict';
import { test } from 'node:test';
import { EngineFault } from '@slipway/engine';
import { StartFailure } from '../instance/instance-runtime.ts';
import { describeFault, faultNeverListened, faultOf, faultOfEnd } from './instance-fault.ts';

const END = { projectId: 'p', appName: 'web', instanceName: 'i', exitCode: 1, completedAt: '' };

test('describeFault() says what happened and where to look', () => {
  assert.equal(
    describeFault('hello', faultOfEnd({ ...END, reason: 'exited' })),
    '"hello" cannot start: process exited with code 1; see: slipway app logs -n hello',
  );
  assert.match(
    describeFault('hello', faultOf(new StartFailure('no_address', 'No address is free'))),
    /: no address is free$/,
  );
});

test('faultOfEnd() tells a lack of memory from an exit', () => {
  assert.equal(faultOfEnd({ ...END, reason: 'oom_killed', exitCode: 137 }).fault, 'out_of_memory');
  assert.equal(faultOfEnd({ ...END, reason: 'killed', exitCode: 143 }).exitCode, 143);
});

test('faultNeverListened() names the port', () => {
  assert.match(faultNeverListened(8080, 60_000).message, /port 8080 after 60 s/);
});

test('faultOf() translates every way in which a start fails', () => {
  const table = [
    [new StartFailure('executable_not_found', 'x'), 'executable_not_found'],
    [new StartFailure('image_missing', 'x'), 'image_not_found'],
    [new StartFailure('runtime_error', 'x'), 'engine_error'],
    [new EngineFault('image_not_found', 'x'), 'image_not_found'],
    [new EngineFault('image_registry_unreachable', 'x'), 'image_pull_failed'],
    [new EngineFault('image_wrong_platform', 'x'), 'image_wrong_platform'],
    [new EngineFault('disk_full', 'x'), 'engine_error'],
    [new Error('x'), 'engine_error'],
  ] as const;
  for (const [error, fault] of table) assert.equal(faultOf(error).fault, fault);
});
