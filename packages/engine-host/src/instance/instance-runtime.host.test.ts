import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { runProcess } from '@slipway/process';
import { openRuntimeBed, requestFor, until } from '../testing/runtime-bed.ts';
import { StartFailure } from './instance-runtime.ts';

const SERVER = `require('http').createServer((q, s) => s.end('hello ' + process.pid)).listen(process.env.PORT, () => console.log('listening'))`;
const signal = new AbortController().signal;

const TA = { platformId: 'ta', cidr: '10.201.0.0/17', userBase: 1_100_000_000 } as const;

async function fetchText(address: string): Promise<string> {
  return until(`an answer from ${address}`, async () =>
    fetch(`http://${address}:8080/`).then(
      (response) => response.text(),
      () => undefined,
    ),
  );
}

/** Everything of a platform that can be seen on the machine, apart from its folders. */
async function tracesOf(platformId: string): Promise<readonly string[]> {
  const tables = (await runProcess(['nft', 'list', 'tables'])).stdout.split('\n');
  const routes = (await runProcess(['ip', 'route'])).stdout.split('\n');
  const mounts = readFileSync('/proc/self/mounts', 'utf8').split('\n');
  const groups = readdirSync('/sys/fs/cgroup').flatMap((name) => {
    const dir = `/sys/fs/cgroup/${name}`;
    try {
      return readdirSync(dir).filter((child) => child === `slipway-${platformId}`);
    } catch {
      return [];
    }
  });
  return [
    ...tables.filter((line) => line.endsWith(`slipway_${platformId}`)),
    ...routes.filter((line) => line.includes(`sw-${platformId}-`)),
    ...mounts.filter((line) => line.includes(`/slipway-${platformId}-`)),
    ...readdirSync('/sys/class/net').filter((name) => name.startsWith(`sw-${platformId}-`)),
    ...groups,
  ];
}

/** The kernel removes a namespace's cables a moment after its last process. */
async function assertNoTraces(platformId: string): Promise<void> {
  let traces: readonly string[] = [];
  await until('no traces', async () => (traces = await tracesOf(platformId)).length === 0).catch(() => undefined);
  assert.deepEqual(traces, []);
}

test('start() runs an image, it answers on its address, its log is read, and stop() and purge() leave nothing', async () => {
  {
    await using bed = await openRuntimeBed(TA);
    const { runtime } = bed;
    await runtime.adopt();
    await runtime.applyProject({ projectId: 'p1', subdomain: 'one' });
    const instance = await runtime.start(requestFor('p1', 'web-00001-aaaaa', { arguments: [SERVER] }), signal);
    assert.match(instance.address, /^10\.201\.0\.\d+$/);
    assert.equal(await fetchText(instance.address), 'hello 1');
    const log = await until('a log line', async () => (await bed.readLog('p1', 'web'))[0]);
    assert.deepEqual([log.text, log.stream, log.instanceName], ['listening', 'stdout', 'web-00001-aaaaa']);
    await runtime.stop(instance.instanceName, 50);
    assert.deepEqual(
      bed.ends.map(({ instanceName, exitCode, reason }) => ({ instanceName, exitCode, reason })),
      [{ instanceName: 'web-00001-aaaaa', exitCode: 137, reason: 'killed' }],
    );
    assert.deepEqual(readdirSync(`${bed.config.runDir}/i`), []);
    assert.deepEqual(readdirSync(`${bed.config.runDir}/crun`), []);
    assert.deepEqual(readdirSync(`${bed.config.stateDir}/scratch`), []);
    assert.equal((await bed.readLog('p1', 'web')).length, 1);
    assert.deepEqual(bed.warnings, []);
  }
  await assertNoTraces('ta');
});

test('an exit code is reported, and a missing program is said in one sentence', async () => {
  await using bed = await openRuntimeBed(TA);
  await bed.runtime.adopt();
  await bed.runtime.applyProject({ projectId: 'p1', subdomain: 'one' });
  await bed.runtime.start(requestFor('p1', 'web-00001-exit3', { arguments: ['process.exit(3)'] }), signal);
  const end = await until('the end', () => bed.ends[0]);
  assert.deepEqual([end.exitCode, end.reason], [3, 'exited']);
  await assert.rejects(
    bed.runtime.start(requestFor('p1', 'web-00001-none', { command: ['/nowhere'] }), signal),
    (error) => {
      assert.ok(error instanceof StartFailure, String(error));
      assert.equal(error.fault, 'executable_not_found', String(error.cause));
      assert.match(error.message, /The program "\/nowhere" does not exist in the image/);
      return true;
    },
  );
  assert.deepEqual(readdirSync(`${bed.config.runDir}/i`), []);
});
