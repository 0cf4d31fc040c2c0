import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ProjectNames } from './project-names.ts';

const hostsOf = (name: string) => [`${name}.shop.example.com`, `project/${name}.shop.svc.cluster.local`];

function openNames() {
  const told: (readonly string[])[] = [];
  const clock = { nowMs: 0 };
  const names = new ProjectNames({
    runtime: { publishNames: async (_projectId, all) => void told.push(all) },
    log: { info: () => undefined, warn: () => undefined, error: () => undefined },
    nowMs: () => clock.nowMs,
  });
  const declare = (appName: string) => names.declare({ projectId: 'p', appName, hosts: hostsOf(appName) });
  return { names, told, clock, declare };
}

const nextTurn = () => new Promise((resolve) => setImmediate(resolve));

test('ProjectNames tells changes of one moment once, and what is the same not again', async () => {
  const { declare, told } = openNames();
  declare('one');
  declare('two');
  await nextTurn();
  assert.equal(told.length, 1);
  declare('one');
  declare('two');
  await nextTurn();
  assert.equal(told.length, 1);
  declare('three');
  await nextTurn();
  assert.equal(told.length, 2);
});

test('ProjectNames tells the same again after a while, because others may have removed it', async () => {
  const { clock, declare, told } = openNames();
  declare('one');
  await nextTurn();
  clock.nowMs = 60_000;
  declare('one');
  declare('one');
  await nextTurn();
  assert.deepEqual(told[1], told[0]);
  assert.equal(told.length, 2);
});

test('ProjectNames tells an app that came back after it was forgotten', async () => {
  const { declare, names, told } = openNames();
  declare('one');
  await nextTurn();
  names.forget({ projectId: 'p', appName: 'one' });
  declare('one');
  await nextTurn();
  assert.equal(told.length, 2);
});
