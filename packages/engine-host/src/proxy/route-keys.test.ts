import assert from 'node:assert/strict';
import { test } from 'node:test';
import { appFor } from '../testing/engine-bed.ts';
import { projectNames, routeKeyFor, withRouteKeys } from './route-keys.ts';

const HOSTS = ['web.shop.test', 'private/web.shop.private.test', 'project/web.shop.svc.cluster.local'];
const APP = { ...appFor('web'), hosts: HOSTS };

test('withRouteKeys() gives each name the key of its door, and the short form inside the project', () => {
  assert.deepEqual(withRouteKeys(APP, '10.1.0.1').hosts, [
    'web.shop.test',
    'private/web.shop.private.test',
    '10.1.0.1/web.shop.svc.cluster.local',
    '10.1.0.1/web.shop',
  ]);
  assert.deepEqual(withRouteKeys(APP, undefined).hosts, ['web.shop.test', 'private/web.shop.private.test']);
});

test('withRouteKeys() leads a guarded app by its guard alone, but for its own project', () => {
  assert.deepEqual(withRouteKeys({ ...APP, sources: ['9.9.9.9/32'] }, '10.1.0.1').hosts, [
    'guarded-public/web.shop.test',
    'guarded-private/web.shop.private.test',
    '10.1.0.1/web.shop.svc.cluster.local',
    '10.1.0.1/web.shop',
  ]);
});

test('projectNames() are those of the project door alone', () => {
  assert.deepEqual(projectNames(HOSTS), ['web.shop.svc.cluster.local', 'web.shop']);
});

test('routeKeyFor() takes no key of a door for a public name', () => {
  assert.equal(routeKeyFor(undefined, 'web.shop.test'), 'web.shop.test');
  assert.equal(routeKeyFor('10.1.0.1', 'web.shop'), '10.1.0.1/web.shop');
  assert.equal(routeKeyFor(undefined, '10.1.0.1/web.shop'), undefined);
  assert.equal(routeKeyFor('10.2.0.1', '10.1.0.1/web.shop'), undefined);
});
