/** `slipway traffic`, `rollback`, and revisions without traffic, over HTTP. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openCommandBench, type CommandBench } from './command-bench.ts';

const IMAGE = 'registry.example/fake/web:1';

async function createWeb(bench: CommandBench): Promise<void> {
  await bench.must('app', 'create', '--name', 'web', '--image', IMAGE);
}

test('a new revision without traffic has an address by its tag, and gets requests by a share', async (t) => {
  const bench = await openCommandBench(t);
  await createWeb(bench);
  const update = await bench.run('app', 'update', 'web', '--env', 'A=1', '--no-traffic', '--tag', 'canary');
  assert.equal(update.code, 0, update.err);
  assert.match(update.err, /has the tag "canary": http:\/\/canary--web\.shop\.localhost:8080/);
  assert.match(update.err, /Revision "web-00002" gets no requests/);
  const list = await bench.must('revision', 'list', '--app', 'web');
  assert.match(list, /\nweb-00001 +web +Ready +100% /);
  assert.match(list, /\nweb-00002 +web +Ready +http:\/\/canary--web\S+ +true +canary +/);

  const text = await bench.must('traffic', 'set', 'web', 'v2=10');
  assert.match(text, /\nweb-00002 +10% +10% +canary\n/);
  assert.match(text, /\nweb-00001 +90% +90%\n/);
  assert.match(await bench.must('app', 'get', 'web'), /Traffic: +10%\n +Tag: +canary\n/);
  await bench.must('traffic', 'set', 'web', 'latest=100', '--untag', 'canary');
  assert.match(await bench.must('traffic', 'get', 'web'), /\nweb-00002 +100% +latest 100%\n\nStatus: +/);
});

test('rollback leads all requests to the revision before, or to one that is named', async (t) => {
  const bench = await openCommandBench(t);
  await createWeb(bench);
  await bench.fails(['rollback', 'web'], 'usage', /no other revision of it was ready/);
  for (const value of ['1', '2']) await bench.must('app', 'update', 'web', '--env', `A=${value}`);
  assert.equal(await bench.must('rollback', 'web'), 'web-00002\n');
  assert.equal(await bench.must('rollback', 'web', 'v1'), 'web-00001\n');
  await bench.fails(['rollback', 'web', 'v9'], 'not_found', /app revision "web-00009"/);
});

test('traffic set takes steps and the conditions of going back, and refuses what cannot be', async (t) => {
  const bench = await openCommandBench(t);
  await createWeb(bench);
  await bench.must('app', 'update', 'web', '--env', 'A=1', '--no-traffic');
  const steps = ['--step', '25', '--interval', '1h', '--window', '2m', '--error-margin', '5', '--requests-min', '50'];
  const text = await bench.must('traffic', 'set', 'web', 'latest=100', ...steps, '--keep', '5');
  assert.match(text, /\nweb-00002 +25% +latest 100%\n/);
  assert.match(text, /\nSteps: +25 % every 3600 s\nNext Step: +\S+\n/);
  assert.match(text, /5 points more server errors in 50 requests or more; watched for 120 s\nRevisions Kept: +5\n/);
  assert.match(await bench.must('traffic', 'set', 'web', '--auto-rollback', 'off'), /never by itself/);
  await bench.fails(['traffic', 'set', 'web', 'v1=90,v2=20'], 'usage', /make 110/);
  await bench.fails(['traffic', 'set', 'web', '--interval', '5s'], 'usage', /--interval without --step/);
  await bench.fails(['traffic', 'set', 'web', '--untag', 'x'], 'usage', /there is none/);
  await bench.fails(['traffic', 'set', 'web', '--tag', 'a--b=v1'], 'usage', /traffic\.tag = "a--b"/);
});

test('app restart replaces all instances, or one, and knows the app by its instance', async (t) => {
  const bench = await openCommandBench(t);
  await bench.must('app', 'create', '--name', 'web', '--image', IMAGE, '--min', '1');
  const before = await bench.must('app', 'get', 'web');
  const [instance = ''] = /web-00001-[a-z0-9]{5}/.exec(before) ?? [];
  await bench.must('app', 'restart', 'web');
  assert.notEqual(instance, '');
  await bench.fails(['app', 'restart'], 'usage', /its name is missing/);
  await bench.fails(['app', 'restart', '--instance', 'web-00001-zzzzz'], 'not_found', /app instance "web-00001-zzzzz"/);
});
