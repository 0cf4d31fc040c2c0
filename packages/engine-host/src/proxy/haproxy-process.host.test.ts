/** The end of HAProxy is told by its connection; that another program replaced it, by a look. */
import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { runProcess } from '@slipway/process';
import { until } from '../testing/runtime-bed.ts';
import { activatorEndpointFor, projectDoorFor, proxyPathsFor } from './haproxy-config.ts';
import { createHaproxyControl } from './haproxy-control.ts';
import { createHaproxyProcess } from './haproxy-process.ts';
import { parseProcessId } from './haproxy-output.ts';

const NEVER_MS = 2 ** 31 - 1;

async function openBed(t: TestContext, lookAfterMs: number) {
  const runDir = await mkdtemp(join(tmpdir(), 'slipway-haproxy-'));
  const paths = proxyPathsFor(runDir);
  const logged: string[] = [];
  const log = {
    info: (message: string) => void logged.push(message),
    warn: (message: string) => void logged.push(message),
    error: (message: string) => void logged.push(message),
  };
  const doors = { activator: activatorEndpointFor(runDir), projectDoor: projectDoorFor(runDir) };
  const settings = { address: '127.80.40.1', port: 18_080, slotCount: 1, paths, privateEntry: undefined, ...doors };
  const haproxy = createHaproxyProcess(settings, { log, lookAfterMs: () => lookAfterMs });
  const control = createHaproxyControl(paths.controlSocket);
  const life = new AbortController();
  assert.equal(await haproxy.start(), 'started');
  const told: (number | undefined)[] = [];
  const supervised = haproxy.supervise({
    untilLost: () => control.untilLost(),
    onReplaced: async () => void told.push(await haproxy.pid()),
    signal: life.signal,
  });
  t.after(async () => {
    life.abort();
    await supervised;
    control.close();
    await haproxy.purge();
    await rm(runDir, { recursive: true, force: true });
  });
  return { control, haproxy, logged, paths, told };
}

test('HAProxy that is killed is started again by the loss of its connection alone', async (t) => {
  const { control, haproxy, logged, told } = await openBed(t, NEVER_MS);
  const first = parseProcessId(await control.ask('show info'));
  process.kill(first ?? 0, 'SIGKILL');
  await until('another one runs', () => told.length === 1);
  assert.notEqual(told[0], first);
  assert.equal(parseProcessId(await control.ask('show info')), await haproxy.pid());
  assert.deepEqual(logged, ['HAProxy ended and is started again']);
});

test('HAProxy that lives is left alone when its connection is lost', async (t) => {
  const { control, haproxy, logged } = await openBed(t, NEVER_MS);
  const pid = await haproxy.pid();
  for (let time = 0; time < 3; time += 1) {
    assert.equal(parseProcessId(await control.ask('show info')), pid);
    const lost = control.untilLost();
    control.close();
    await lost;
  }
  assert.equal(await haproxy.pid(), pid);
  assert.deepEqual(logged, []);
});

test('HAProxy that another program replaced is told everything again', async (t) => {
  const { haproxy, logged, paths, told } = await openBed(t, 50);
  const before = Number(await readFile(paths.pidFile, 'utf8'));
  const [config, pidFile] = [paths.configFile, paths.pidFile];
  await runProcess(['haproxy', '-D', '-f', config, '-p', pidFile, '-x', paths.controlSocket, '-sf', String(before)]);
  await until('it is told', () => told.some((pid) => pid !== undefined && pid !== before));
  assert.notEqual(await haproxy.pid(), before);
  assert.match(logged.join('\n'), /replaced by another program/);
});
