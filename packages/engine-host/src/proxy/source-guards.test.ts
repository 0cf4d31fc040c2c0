import assert from 'node:assert/strict';
import { test } from 'node:test';
import { HostRoutes } from './host-routes.ts';
import type { Guard } from './source-guard.ts';
import { SourceGuards } from './source-guards.ts';
import { ToldMaps } from './told-maps.ts';

function openGuards() {
  const told = new ToldMaps();
  const guards = new SourceGuards('sources', told);
  const routes = new HostRoutes({ hostsMap: 'hosts', doorsMap: 'doors', sharesMap: 'shares' }, told, guards);
  return { guards, routes };
}

const guard = (key: string): Guard => ({ key, backend: 'guard_public', passes: [`10.0.0.0/8/${key}`] });

test('SourceGuards knows the backend of every key that some app guards, and of no other', () => {
  const { guards, routes } = openGuards();
  guards.set('a', [guard('a.test'), guard('www.test')], routes);
  assert.deepEqual(
    ['a.test', 'www.test', 'b.test'].map((key) => guards.backendOf(key)),
    ['guard_public', 'guard_public', undefined],
  );
  guards.set('a', [guard('a.test')], routes);
  assert.equal(guards.backendOf('www.test'), undefined);
  guards.set('a', [], routes);
  assert.equal(guards.backendOf('a.test'), undefined);
});

test('SourceGuards keeps a key guarded while it moves from one app to another, whichever is told first', () => {
  for (const first of ['a', 'b']) {
    const { guards, routes } = openGuards();
    guards.set('a', [guard('www.test')], routes);
    if (first === 'b') guards.set('b', [guard('www.test')], routes);
    guards.set('a', [], routes);
    if (first === 'a') guards.set('b', [guard('www.test')], routes);
    assert.equal(guards.backendOf('www.test'), 'guard_public', first);
  }
});

test('SourceGuards lets what is on its way to a lifted guard pass, and forgets who passed it long after', () => {
  const { guards, routes } = openGuards();
  guards.set('a', [guard('a.test')], routes, 0);
  assert.deepEqual(guards.set('a', [], routes, 10), ['del map hosts a.test']);
  guards.set('b', [guard('b.test')], routes, 20);
  assert.deepEqual(guards.set('b', [], routes, 6_000), ['del map hosts b.test', 'del map sources 10.0.0.0/8/a.test']);
});

test('SourceGuards refuses at once who may pass no more, also when the guard was lifted in between', () => {
  const narrow: Guard = { ...guard('a.test'), passes: ['10.1.0.0/16/a.test'] };
  for (const isLifted of [false, true]) {
    const { guards, routes } = openGuards();
    guards.set('a', [guard('a.test')], routes, 0);
    if (isLifted) guards.set('a', [], routes, 1);
    assert.deepEqual(guards.set('a', [narrow], routes, 2).slice(-1), ['del map sources 10.0.0.0/8/a.test']);
    assert.deepEqual(guards.set('a', [guard('a.test')], routes, 3).at(0), 'add map sources 10.0.0.0/8/a.test pass');
  }
});
