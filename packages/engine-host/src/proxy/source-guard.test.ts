import assert from 'node:assert/strict';
import { test } from 'node:test';
import { appFor } from '../testing/engine-bed.ts';
import { doorPastGuard, guardsFor, isGuarded } from './source-guard.ts';

const HOSTS = ['web.test', 'private/web.private.test', 'project/web.shop.svc.cluster.local'];
const APP = { ...appFor('web'), hosts: HOSTS };

test('guardsFor() guards the names outside, and lets pass what its blocks say', () => {
  assert.deepEqual(guardsFor({ ...APP, sources: ['203.0.113.0/24', '9.9.9.9/32'] }), [
    { key: 'web.test', backend: 'guard_public', passes: ['203.0.113.0/24/web.test', '9.9.9.9/32/web.test'] },
    {
      key: 'private/web.private.test',
      backend: 'guard_private',
      passes: ['203.0.113.0/24/web.private.test', '9.9.9.9/32/web.private.test'],
    },
  ]);
});

test('guardsFor() cuts ranges into blocks of whole octets', () => {
  const passes = (cidr: string) => guardsFor({ ...APP, sources: [cidr] })[0]?.passes ?? [];
  assert.deepEqual(passes('10.0.0.0/15'), ['10.0.0.0/16/web.test', '10.1.0.0/16/web.test']);
  assert.equal(passes('128.0.0.0/1').length, 128);
  assert.equal(passes('128.0.0.0/1').at(-1), '255.0.0.0/8/web.test');
  assert.equal(passes('10.0.0.0/25').length, 128);
});

test('an app without rules, or with one that allows everything, has no guard', () => {
  assert.equal(isGuarded(APP), false);
  assert.deepEqual(guardsFor({ ...APP, sources: ['0.0.0.0/0', '9.9.9.9/32'] }), []);
  assert.equal(isGuarded({ sources: [] }), true);
});

test('doorPastGuard() is where the request would have come in without a guard', () => {
  const doors = ['guarded-public', 'guarded-private', 'private', '10.0.0.1', undefined];
  assert.deepEqual(doors.map(doorPastGuard), [undefined, 'private', 'private', '10.0.0.1', undefined]);
});
