import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AppRoute, type RouteTarget } from './app-route.ts';

type Target = RouteTarget & { readonly name: string };
type State = 'asleep' | 'routed' | 'failing';

/** Revisions `a`, `b` … in slots 0, 1 …; their states change under the route's feet. */
function openRoute(states: Record<string, State>, shares: Readonly<Record<string, number>>, isTag = false) {
  const targetOf = (name: string): Target | undefined => {
    const state = states[name];
    if (state === undefined) return undefined;
    const slot = { number: state === 'routed' ? Object.keys(states).indexOf(name) : undefined };
    return { name, slot, hasServer: state === 'routed', isFailing: state === 'failing' };
  };
  const wanted = (now: Readonly<Record<string, number>>) => ({
    hosts: ['web.test'],
    isTag,
    shares: Object.entries(now).map(([revisionName, percent]) => ({ revisionName, percent })),
  });
  const route = new AppRoute<Target>(wanted({}), targetOf);
  route.want(wanted(shares));
  const settle = () => route.settle().map(({ percent, slot }) => `${percent}:${slot ?? 'activator'}`);
  return { route, settle, want: (now: Readonly<Record<string, number>>) => route.want(wanted(now)) };
}

test('AppRoute leads each share to its slot, and the share of one that sleeps to the activator', () => {
  const states: Record<string, State> = { a: 'routed', b: 'asleep' };
  const { route, settle } = openRoute(states, { a: 90, b: 10, c: 0 });
  assert.deepEqual(settle(), ['90:0', '10:activator']);
  assert.equal(route.isSplit, true);
  states['b'] = 'routed';
  assert.deepEqual(settle(), ['90:0', '10:1']);
  assert.deepEqual([route.targetFor(0)?.name, route.targetFor(89)?.name, route.targetFor(90)?.name], ['a', 'a', 'b']);
  assert.deepEqual([route.needs('b'), route.needs('c')], [true, false]);
});

test('AppRoute leaves a share where it is until its successor takes requests', () => {
  const states: Record<string, State> = { a: 'routed', b: 'asleep' };
  const { route, settle, want } = openRoute(states, { a: 100 });
  assert.deepEqual(settle(), ['100:0']);
  want({ b: 100 });
  assert.deepEqual(settle(), ['100:0']);
  assert.deepEqual(
    route.awaited.map((target) => target.name),
    ['b'],
  );
  assert.equal(route.needs('a'), true);
  states['b'] = 'routed';
  assert.deepEqual(settle(), ['100:1']);
  assert.deepEqual([route.needs('a'), route.awaited.length], [false, 0]);
});

test('AppRoute waits for nobody when nobody has the requests', () => {
  const states: Record<string, State> = { a: 'asleep', b: 'asleep' };
  const { route, settle, want } = openRoute(states, { a: 100 });
  assert.deepEqual(settle(), []);
  assert.equal(route.targetFor(5)?.name, 'a');
  want({ b: 100 });
  assert.deepEqual(settle(), []);
  assert.equal(route.targetFor(5)?.name, 'b');
  assert.equal(route.isRouted, false);
});

test('AppRoute gives the share of one that fails to the largest other', () => {
  const states: Record<string, State> = { a: 'routed', b: 'routed', c: 'routed' };
  const { route, settle } = openRoute(states, { a: 20, b: 70, c: 10 });
  assert.deepEqual(settle(), ['20:0', '70:1', '10:2']);
  states['c'] = 'failing';
  assert.deepEqual(settle(), ['20:0', '70:1', '10:1']);
  assert.equal(route.targetFor(95)?.name, 'b');
  states['a'] = 'failing';
  states['b'] = 'failing';
  assert.deepEqual(settle(), []);
  assert.equal(route.targetFor(95)?.name, 'c');
});

test('AppRoute of a tag follows its revision at once', () => {
  const states: Record<string, State> = { a: 'routed', b: 'asleep' };
  const { route, settle, want } = openRoute(states, { a: 100 }, true);
  assert.deepEqual(settle(), ['100:0']);
  want({ b: 100 });
  assert.deepEqual(settle(), []);
  assert.equal(route.targetFor(0)?.name, 'b');
  assert.equal(route.needs('a'), false);
});

test('AppRoute draws for a held request among those that take none now, else among all', () => {
  const states: Record<string, State> = { a: 'routed', b: 'asleep', c: 'asleep' };
  const { route, settle } = openRoute(states, { a: 70, b: 20, c: 10 });
  settle();
  const drawn = (at: number) => route.drawWaiting((limit) => Math.floor(at * limit));
  assert.deepEqual([drawn(0), drawn(0.999)], [70, 99]);
  assert.equal(route.targetFor(drawn(0.5))?.name, 'b');
  states['b'] = 'routed';
  states['c'] = 'routed';
  assert.deepEqual([drawn(0), drawn(0.999)], [0, 99]);
});
