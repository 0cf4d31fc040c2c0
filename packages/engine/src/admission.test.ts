import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  addResources,
  admissionBound,
  decideNextAdmission,
  multiplyResources,
  NO_RESOURCES,
  type AdmissionRequest,
  type AdmissionState,
  type ProjectAccount,
  type Resources,
} from './admission.ts';

/** So many instances of one core and one GB. */
function units(count: number): Resources {
  return { instances: count, cpuMillis: count * 1000, memoryBytes: count * 1e9, ephemeralStorageBytes: count * 4e8 };
}

function account(used: number, declared = 0, quota?: number): ProjectAccount {
  return { used: units(used), declared: units(declared), ...(quota !== undefined && { quota: units(quota) }) };
}

function stateOf(capacity: number, projects: Readonly<Record<string, ProjectAccount>>): AdmissionState {
  return { capacity: units(capacity), projects: new Map(Object.entries(projects)) };
}

function ask(projectId: string, count = 1): AdmissionRequest {
  return { projectId, size: units(count) };
}

test('decideNextAdmission() in every situation of the rule', () => {
  const cases: readonly (readonly [what: string, AdmissionRequest[], AdmissionState, number | undefined])[] = [
    ['an empty line', [], stateOf(4, {}), undefined],
    ['room for the first', [ask('a'), ask('a')], stateOf(4, {}), 0],
    ['the platform is full', [ask('a')], stateOf(4, { b: account(4) }), undefined],
    ['the last room exactly', [ask('a')], stateOf(4, { b: account(3) }), 0],
    ['a smaller one passes one that does not fit', [ask('a', 3), ask('b')], stateOf(4, { c: account(3) }), 1],
    ['a full quota holds up its own project alone', [ask('a'), ask('b')], stateOf(9, { a: account(2, 0, 2) }), 1],
    ['who holds less comes first', [ask('a'), ask('b')], stateOf(9, { a: account(3), b: account(2) }), 1],
    ['among equals the oldest', [ask('a'), ask('b')], stateOf(9, { a: account(2), b: account(2) }), 0],
    ['a declared minimum comes first', [ask('a'), ask('b')], stateOf(9, { b: account(2, 3) }), 1],
    [
      'room is kept for a minimum',
      [ask('a'), ask('b', 2)],
      stateOf(6, { b: account(0, 2), c: account(5, 1) }),
      undefined,
    ],
    [
      'a minimum beyond the equal share keeps no room',
      [ask('a'), ask('b', 2)],
      stateOf(6, { b: account(2, 9), c: account(3, 1) }),
      0,
    ],
    ['a minimum that its own quota stops keeps no room', [ask('a'), ask('b')], stateOf(6, { b: account(1, 2, 1) }), 0],
  ];
  for (const [what, line, state, expected] of cases) assert.equal(decideNextAdmission(line, state), expected, what);
});

test('admissionBound() names the bound that stops a request, a hopeless one first', () => {
  const state = stateOf(8, { a: account(3, 0, 4), b: account(4) });
  assert.equal(admissionBound(ask('a'), state), undefined);
  const project = { scope: 'project', resource: 'instances', limit: 4, needed: 2, isHopeless: false };
  assert.deepEqual(admissionBound(ask('a', 2), state), project);
  const platform = { scope: 'platform', resource: 'cpuMillis', limit: 8000, needed: 2000, isHopeless: false };
  assert.deepEqual(admissionBound(ask('b', 2), state), platform);
  const large = { projectId: 'b', size: { ...units(2), memoryBytes: 9e9 } };
  const hopeless = { scope: 'platform', resource: 'memoryBytes', limit: 8e9, needed: 9e9, isHopeless: true };
  assert.deepEqual(admissionBound(large, state), hopeless);
});

test('whatever comes and goes, no sum passes a limit, and an empty platform lets all that fits begin', () => {
  const request = fc.record({ projectId: fc.constantFrom('a', 'b', 'c'), size: fc.integer({ min: 1, max: 5 }) });
  const declared = fc.integer({ min: 0, max: 9 });
  fc.assert(
    fc.property(fc.array(request, { maxLength: 30 }), fc.tuple(declared, declared, declared), (asked, minimums) => {
      const limits: readonly [string, number | undefined][] = [
        ['a', 6],
        ['b', 4],
        ['c', undefined],
      ];
      const projects = new Map(limits.map(([id, quota], at) => [id, account(0, minimums[at], quota)] as const));
      const line = asked.map(({ projectId, size }) => ask(projectId, size));
      const running: AdmissionRequest[] = [];
      for (let turn = 0; turn < 200; turn += 1) {
        const at = decideNextAdmission(line, { capacity: units(8), projects });
        const [moved] = at === undefined ? running.splice(0, 1) : line.splice(at, 1);
        if (!moved) break;
        if (at !== undefined) running.push(moved);
        const before = projects.get(moved.projectId) ?? account(0);
        const change = multiplyResources(moved.size, at === undefined ? -1 : 1);
        projects.set(moved.projectId, { ...before, used: addResources(before.used, change) });
        for (const { used, quota } of projects.values()) assert.ok(!quota || used.instances <= quota.instances);
        const sum = running.reduce((total, { size }) => addResources(total, size), NO_RESOURCES);
        assert.ok(sum.cpuMillis <= units(8).cpuMillis && sum.memoryBytes <= units(8).memoryBytes);
      }
      // Nothing runs any more: who still waits is larger than the quota of its project.
      assert.deepEqual(running, []);
      for (const one of line) {
        assert.ok(admissionBound(one, { capacity: units(8), projects })?.isHopeless, JSON.stringify(one));
      }
    }),
  );
});

test('multiplyResources() is repeated addition', () => {
  assert.deepEqual(multiplyResources(units(2), 3), addResources(units(2), units(4)));
});
