/** Sandboxes that wait and instances that stand still, with real containers: used, gone stale, died, adopted, released. */
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { openRuntimeBed, requestFor, until, type RuntimeBed } from '../testing/runtime-bed.ts';
import type { InstanceRecord } from './instance-record.ts';
import { StartFailure, type Instance } from './instance-runtime.ts';
import { keyOf } from './machine-layout.ts';

const PLACE = { platformId: 'ts', cidr: '10.202.128.0/17', userBase: 1_180_000_000 } as const;
/** Answers how often it was woken by its own clock: a process that stands still counts nothing. */
const SERVER = `let n = 0; setInterval(() => n++, 5); process.on('SIGTERM', () => process.exit(7));
require('http').createServer((q, s) => s.end(String(n))).listen(process.env.PORT, () => console.log('listening'))`;
const signal = new AbortController().signal;

const requestIn = (name: string, environment: Record<string, string> = {}) =>
  requestFor('p1', name, { arguments: [SERVER], environment });

async function openBed(): Promise<RuntimeBed> {
  const bed = await openRuntimeBed(PLACE);
  await bed.runtime.adopt();
  await bed.runtime.applyProject({ projectId: 'p1', subdomain: 'one' });
  return bed;
}

async function ask({ address }: Instance): Promise<number> {
  const text = await until(`an answer from ${address}`, () =>
    fetch(`http://${address}:8080/`).then(
      (response) => response.text(),
      () => undefined,
    ),
  );
  return Number(text);
}

function recordOf(bed: RuntimeBed, instanceName: string): InstanceRecord {
  const path = join(bed.config.runDir, 'i', keyOf(instanceName), 'record.json');
  return JSON.parse(readFileSync(path, 'utf8')) as InstanceRecord;
}

function stateOf(pid: number): string {
  return /^State:\s+(\S)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? '';
}

function assertNothingLeft(bed: RuntimeBed): void {
  const { runDir, stateDir } = bed.config;
  const folders = [join(runDir, 'i'), join(runDir, 'crun'), join(runDir, 'exits'), join(stateDir, 'scratch')];
  assert.deepEqual(
    folders.map((folder) => readdirSync(folder)),
    [[], [], [], []],
  );
}

test('prepare() leaves a sandbox without a process of the app, and start() begins it', async () => {
  await using bed = await openBed();
  const request = requestIn('web-00001-aaaaa');
  await bed.runtime.prepare(request, signal);
  assert.equal(recordOf(bed, 'web-00001-aaaaa').standsBy?.tier, 'created');
  assert.deepEqual(await bed.readLog('p1', 'web'), []);
  const waited: boolean[] = [];
  const instance = await bed.runtime.start({ ...request, onSandbox: (hasWaited) => waited.push(hasWaited) }, signal);
  await ask(instance);
  assert.deepEqual(waited, [true]);
  await until('its record', () => recordOf(bed, 'web-00001-aaaaa').standsBy === undefined);
  assert.ok(instance.createdAt >= recordOf(bed, 'web-00001-aaaaa').instance.createdAt);
  await until('its log', async () => (await bed.readLog('p1', 'web'))[0]?.text === 'listening');
  await bed.runtime.stop('web-00001-aaaaa', 2_000);
  assert.deepEqual(
    bed.ends.map(({ exitCode }) => exitCode),
    [7],
  );
  assertNothingLeft(bed);
  assert.deepEqual(bed.warnings, []);
});

test('start() makes a new sandbox when what waits was made for something else', async () => {
  await using bed = await openBed();
  await bed.runtime.prepare(requestIn('web-00001-aaaaa', { A: '1' }), signal);
  const { processes } = recordOf(bed, 'web-00001-aaaaa');
  const waited: boolean[] = [];
  const other = { ...requestIn('web-00001-aaaaa', { A: '2' }), onSandbox: (one: boolean) => waited.push(one) };
  await ask(await bed.runtime.start(other, signal));
  assert.deepEqual(waited, [false]);
  assert.notEqual(recordOf(bed, 'web-00001-aaaaa').processes?.container.pid, processes?.container.pid);
  assert.deepEqual(bed.ends, []);
});

test('start() refuses a sandbox whose volume was deleted, and removes it', async () => {
  await using bed = await openBed();
  const volume = { volumeName: 'config map "a"', files: { key: 'value' } };
  await bed.runtime.applyProject({ projectId: 'p1', subdomain: 'one', volumes: [volume] });
  const request = requestFor('p1', 'web-00001-aaaaa', {
    arguments: [SERVER],
    mounts: [{ volumeName: volume.volumeName, path: '/etc/a' }],
  });
  await bed.runtime.prepare(request, signal);
  await bed.runtime.applyProject({ projectId: 'p1', subdomain: 'one', volumes: [] });
  await assert.rejects(bed.runtime.start(request, signal), (error: unknown) => {
    assert.ok(error instanceof StartFailure);
    assert.equal(error.fault, 'mount_missing');
    return true;
  });
  assertNothingLeft(bed);
});

test('a sandbox that dies is told once, and one that is stopped is not', async () => {
  await using bed = await openBed();
  await bed.runtime.prepare(requestIn('web-00001-dies'), signal);
  await bed.runtime.prepare(requestIn('web-00001-stops'), signal);
  await bed.runtime.stop('web-00001-stops', 0);
  process.kill(recordOf(bed, 'web-00001-dies').processes?.container.pid ?? 0, 'SIGKILL');
  await until('its end', () => bed.ends.length === 1);
  assert.equal(bed.ends[0]?.instanceName, 'web-00001-dies');
  assertNothingLeft(bed);
});

test('freeze() makes an instance stand still, thaw() lets it go on, and stop() of a frozen one is polite', async () => {
  await using bed = await openBed();
  const instance = await bed.runtime.start(requestIn('web-00001-aaaaa'), signal);
  await ask(instance);
  const pid = recordOf(bed, 'web-00001-aaaaa').processes?.container.pid ?? 0;
  assert.ok((await bed.runtime.freeze('web-00001-aaaaa')) > 1e6);
  assert.equal(stateOf(pid), 'D');
  const thawed = await bed.runtime.thaw('web-00001-aaaaa');
  assert.ok(thawed.thawedAt !== undefined && thawed.thawedAt >= thawed.startedAt);
  await ask(thawed);
  await bed.runtime.freeze('web-00001-aaaaa');
  await bed.runtime.stop('web-00001-aaaaa', 5_000);
  assert.deepEqual(
    bed.ends.map(({ exitCode, reason }) => ({ exitCode, reason })),
    [{ exitCode: 7, reason: 'exited' }],
  );
  assertNothingLeft(bed);
});

test('a frozen instance can be killed at once', async () => {
  await using bed = await openBed();
  await ask(await bed.runtime.start(requestIn('web-00001-aaaaa'), signal));
  await bed.runtime.freeze('web-00001-aaaaa');
  await bed.runtime.stop('web-00001-aaaaa', 0);
  assert.equal(bed.ends[0]?.exitCode, 137);
  assertNothingLeft(bed);
});

test('adopt() takes over a frozen instance, and tells and removes a sandbox that waited', async () => {
  await using bed = await openBed();
  await ask(await bed.runtime.start(requestIn('web-00001-frozen'), signal));
  await bed.runtime.freeze('web-00001-frozen');
  await bed.runtime.prepare(requestIn('web-00001-waits'), signal);
  const pid = recordOf(bed, 'web-00001-frozen').processes?.container.pid ?? 0;
  await bed.runtime.close();
  const { running, ended, standby } = await bed.reopen().adopt();
  assert.deepEqual([running, ended], [[], []]);
  const found = standby.map(({ instance, tier }) => `${instance.instanceName} ${tier}`);
  assert.deepEqual(found.toSorted(), ['web-00001-frozen frozen', 'web-00001-waits created']);
  assert.equal(existsSync(join(bed.config.runDir, 'i', keyOf('web-00001-waits'))), false);
  assert.equal(stateOf(pid), 'D');
  await ask(await bed.runtime.thaw('web-00001-frozen'));
  await bed.runtime.stop('web-00001-frozen', 0);
  assertNothingLeft(bed);
});

test('removeProject() takes what stands by with it', async () => {
  await using bed = await openBed();
  await ask(await bed.runtime.start(requestIn('web-00001-frozen'), signal));
  await bed.runtime.freeze('web-00001-frozen');
  await bed.runtime.prepare(requestIn('web-00001-waits'), signal);
  await bed.runtime.removeProject('p1');
  assertNothingLeft(bed);
});

test('what crun refuses for no fault of the app is tried once more', async () => {
  await using bed = await openBed();
  const request = requestIn('web-00001-aaaaa');
  // A container of this name is there, until the failed start was cleaned up.
  mkdirSync(join(bed.config.runDir, 'crun', keyOf('web-00001-aaaaa')));
  await bed.runtime.prepare(request, signal);
  await ask(await bed.runtime.start(request, signal));
  assert.match(bed.warnings.join(), /trying once more/);
  await bed.runtime.stop('web-00001-aaaaa', 0);
  assertNothingLeft(bed);
});
