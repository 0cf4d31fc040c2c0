import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AppliedApps, digestOf } from './applied-apps.ts';

test('AppliedApps knows what was told, until it is to be told again, and the domains meanwhile', () => {
  const told = new AppliedApps();
  const digest = digestOf({ hosts: ['web.test'] });
  assert.notEqual(digest, digestOf({ hosts: ['api.test'] }));
  told.note('p', 'web', { digest, domains: ['web.example.com'] });
  assert.ok(told.isTold('p', 'web', digest));
  assert.ok(!told.isTold('other', 'web', digest));
  told.forgetDigests();
  assert.ok(!told.isTold('p', 'web', digest));
  assert.ok(told.hasDomain('p', 'web', 'web.example.com'));
  told.forget('p', 'web');
  assert.ok(!told.hasDomain('p', 'web', 'web.example.com'));
});
