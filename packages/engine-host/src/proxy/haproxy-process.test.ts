import assert from 'node:assert/strict';
import { test } from 'node:test';
import { connectionsMaxFor, describeStartFailure, parseDescriptorLimit } from './haproxy-process.ts';

test('connectionsMaxFor() needs two descriptors per connection and stays inside its bounds', () => {
  assert.deepEqual([100, 5_000, 20_000, 1_048_576].map(connectionsMaxFor), [500, 2_000, 9_500, 20_000]);
});

test('parseDescriptorLimit() reads the hard limit', () => {
  const limits =
    'Limit  Soft Limit  Hard Limit  Units\nMax open files            1024                 524288               files\n';
  assert.equal(parseDescriptorLimit(limits), 524_288);
  assert.equal(parseDescriptorLimit('Max open files  1024  unlimited  files\n'), Number.MAX_SAFE_INTEGER);
});

test('describeStartFailure() names a port that is taken, else what HAProxy complains about', () => {
  const taken =
    '[NOTICE]   (6475) : haproxy version is 2.6.12\n[ALERT]    (6475) : Binding [/run/a.cfg:9] for frontend a: cannot bind socket (Address already in use) for [127.0.0.1:18777]\n';
  assert.equal(
    describeStartFailure(taken),
    '127.0.0.1:18777 is in use. End the program that listens there, or choose another port',
  );
  assert.equal(describeStartFailure('[ALERT]    (1) : config : parsing failed\n'), 'config : parsing failed');
  assert.match(describeStartFailure(''), /Install the package "haproxy"/);
});
