import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Subscription } from '@slipway/spec';
import { loginData } from './kafka/kafka-login.ts';
import { sharedPatch, sharedPrototype } from './subscription-options.ts';

const BEFORE: Subscription = {
  name: 'tick',
  entity_tag: 't',
  type: 'cron',
  component: { name: 'web', resource_type: 'app_v2' },
  event_extensions: [
    { name: 'tenant', value: 'blue' },
    { name: 'stage', value: 'test' },
  ],
};

test('sharedPrototype() names the destination by the types of the API', () => {
  assert.deepEqual(sharedPrototype({ destination: 'web', extension: ['a=b=c'] }), {
    component: { name: 'web', resource_type: 'app_v2' },
    event_extensions: [{ name: 'a', value: 'b=c' }],
  });
  assert.equal(sharedPrototype({ destination: 'j', destinationType: 'job' }).component.resource_type, 'job_v2');
  assert.throws(() => sharedPrototype({ destination: 'web', extension: ['a'] }), /must be NAME=VALUE/);
});

test('sharedPatch() changes what was named and keeps the rest', () => {
  assert.deepEqual(sharedPatch({}, BEFORE), {});
  assert.deepEqual(sharedPatch({ destination: 'api' }, BEFORE).component, { name: 'api', resource_type: 'app_v2' });
  assert.deepEqual(sharedPatch({ destinationType: 'function' }, BEFORE).component?.resource_type, 'function_v2');
  const change = { extension: ['stage=live', 'zone=eu'], extensionRm: ['tenant'] };
  assert.deepEqual(sharedPatch(change, BEFORE).event_extensions, [
    { name: 'stage', value: 'live' },
    { name: 'zone', value: 'eu' },
  ]);
  assert.throws(() => sharedPatch({ extensionRm: ['none'] }, BEFORE), /none of this name/);
});

test('loginData() wants a password with a user, or a secret', () => {
  assert.equal(loginData({ secret: 'kafka' }), undefined);
  assert.deepEqual(loginData({ password: 'p' }), { username: 'token', password: 'p' });
  assert.throws(() => loginData({ password: 'p', secret: 's' }), /both/);
  assert.throws(() => loginData({ username: 'u' }), /--username alone/);
});
