import assert from 'node:assert/strict';
import { test } from 'node:test';
import { HostRoutes } from './host-routes.ts';
import { SourceGuards } from './source-guards.ts';
import { ToldMaps } from './told-maps.ts';

const MAPS = { hostsMap: 'hosts', doorsMap: 'doors', sharesMap: 'shares' };

function openRoutes() {
  const told = new ToldMaps();
  const guards = new SourceGuards('sources', told);
  return { routes: new HostRoutes(MAPS, told, guards), guards, told };
}

const share = (percent: number, slot?: number) => ({ percent, slot });

test('HostRoutes leads hosts to one slot by its name, and says nothing twice', () => {
  const { routes } = openRoutes();
  assert.deepEqual(routes.lead(['a', 'b'], [share(100, 3)]), ['add map hosts a slot3', 'add map hosts b slot3']);
  assert.deepEqual(routes.lead(['a', 'b'], [share(100, 3)]), []);
  assert.deepEqual(routes.lead(['a'], [share(100, 4)]), ['set map hosts a slot4']);
  assert.deepEqual(routes.clear(['a', 'c']), ['del map hosts a']);
  assert.equal(routes.size, 1);
});

test('HostRoutes shares requests out in ranges of numbers, and changes the host last', () => {
  const { routes } = openRoutes();
  assert.deepEqual(routes.lead(['a'], [share(90, 3), share(10)]), [
    'add map shares 0 split',
    'add map shares 100:189 slot3',
    'add map shares 190:199 activator',
    'add map hosts a 100',
  ]);
  assert.deepEqual(routes.lead(['a'], [share(90, 3), share(10)]), []);
  assert.deepEqual(routes.lead(['a'], [share(90, 3), share(10, 7)]), [
    'add map shares 200:289 slot3',
    'add map shares 290:299 slot7',
    'set map hosts a 200',
    'del map shares 100:189',
    'del map shares 190:199',
  ]);
  assert.deepEqual(routes.entries(), ['hosts a', 'shares 200:289', 'shares 290:299', 'shares 0']);
  assert.deepEqual(routes.lead(['a'], [share(100, 7)]), [
    'set map hosts a slot7',
    'del map shares 200:289',
    'del map shares 290:299',
    'del map shares 0',
  ]);
});

test('HostRoutes says everything again to a HAProxy that has forgotten it', () => {
  const { routes, told } = openRoutes();
  routes.lead(['a', 'b'], [share(50, 1), share(50, 2)]);
  routes.lead(['c'], [share(100, 3)]);
  told.clear();
  assert.deepEqual(routes.sayAll(), [
    'add map shares 0 split',
    'add map shares 100:149 slot1',
    'add map shares 150:199 slot2',
    'add map hosts a 100',
    'add map hosts b 100',
    'add map hosts c slot3',
  ]);
});

test('HostRoutes uses no number that an adopted HAProxy has', () => {
  const { routes, told } = openRoutes();
  const found = ['0', '4200:4289', '4290:4299'];
  told.note('shares', found);
  routes.noteShares(found);
  told.note('hosts', ['a']);
  assert.deepEqual(routes.lead(['a'], [share(1, 1), share(99, 2)]), [
    'add map shares 4300:4300 slot1',
    'add map shares 4301:4399 slot2',
    'set map hosts a 4300',
  ]);
  assert.deepEqual(told.sweep(new Set(routes.entries())), ['del map shares 4200:4289', 'del map shares 4290:4299']);
});

test('HostRoutes leads a guarded host to its guard while no slot has it, and hosts behind a door by their own map', () => {
  const { routes, guards } = openRoutes();
  const guard = { key: 'a', backend: 'guard_public', passes: ['10.0.0.0/8/a'] };
  assert.deepEqual(routes.lead(['a', 'private/a'], [share(100, 3)]), [
    'add map hosts a slot3',
    'add map doors private/a slot3',
  ]);
  assert.deepEqual(guards.set('app', [guard], routes), [
    'add map sources 10.0.0.0/8/a pass',
    'set map hosts a guard_public',
  ]);
  assert.deepEqual(guards.set('app', [guard], routes), []);
  assert.deepEqual(routes.clear(['a']), ['set map hosts a guard_public']);
  assert.deepEqual(guards.entries(routes), ['hosts a', 'sources 10.0.0.0/8/a']);
  assert.deepEqual(guards.set('app', [], routes), ['del map hosts a']);
});
