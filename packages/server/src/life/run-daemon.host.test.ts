import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import test, { type TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';
import { EXIT_CODES } from './startup-failure.ts';

const MAIN = fileURLToPath(import.meta.resolve('../testing/daemon.ts'));
const READY = /http:\/\/127\.0\.0\.1:(\d+)/;

async function platformFolder(t: TestContext, apiPort = 0) {
  const dir = await mkdtemp(join(tmpdir(), 'slipway-daemon-'));
  t.after(() => rm(dir, { recursive: true, force: true }));
  const [stateDir, runDir] = [join(dir, 'state'), join(dir, 'run')];
  await mkdir(stateDir);
  const listener = { address: '127.0.0.1', port: 0 };
  const config = {
    name: 'test',
    platformId: 'test',
    stateDir,
    runDir,
    domain: 'localhost',
    network: {},
    api: { ...listener, port: apiPort },
    http: listener,
    registry: listener,
  };
  await writeFile(join(stateDir, 'platform.json'), JSON.stringify(config));
  return { stateDir, runDir, configPath: join(stateDir, 'platform.json') };
}

function startDaemon(t: TestContext, args: readonly string[]) {
  const child = spawn(process.execPath, [MAIN, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  t.after(() => child.kill('SIGKILL'));
  const ended = once(child, 'exit') as Promise<[number | null, NodeJS.Signals | null]>;
  const errors = text(child.stderr);
  const ready = once(child.stdout, 'data').then(([chunk]) => Number(READY.exec(String(chunk))?.[1]));
  return { child, ended, errors, ready };
}

async function logMessages(stateDir: string): Promise<readonly string[]> {
  const lines = (await readFile(join(stateDir, 'logs/slipwayd.log'), 'utf8')).trimEnd().split('\n');
  return lines.map((line) => (JSON.parse(line) as { message: string }).message);
}

test('the daemon serves, and ends in order at SIGTERM', async (t) => {
  const { stateDir, runDir, configPath } = await platformFolder(t);
  const daemon = startDaemon(t, ['--config', configPath]);
  const port = await daemon.ready;
  const mark: unknown = JSON.parse(await readFile(join(runDir, 'ready'), 'utf8'));
  assert.deepEqual(mark, { pid: daemon.child.pid, address: '127.0.0.1', port });
  const token = (await readFile(join(stateDir, 'admin-token'), 'utf8')).trim();
  const url = `http://127.0.0.1:${port}/v2/platform`;
  assert.equal((await fetch(url)).status, 401);
  const answer = await fetch(url, { headers: { authorization: `Bearer ${token}` } });
  assert.deepEqual(await answer.json(), { id: 'getPlatform' });

  daemon.child.kill('SIGTERM');
  assert.deepEqual(await daemon.ended, [0, null]);
  assert.equal(existsSync(join(runDir, 'ready')), false);
  const messages = (await logMessages(stateDir)).filter((message) => message !== 'Open files stay limited');
  const order = 'Listening, opened, control started, Ready, Stopping, control stopped, released, Stopped';
  assert.equal(messages.join(', '), order);
});

test('a second daemon of the platform ends with a clear message, and follows a killed one', async (t) => {
  const { configPath } = await platformFolder(t);
  const first = startDaemon(t, ['--config', configPath]);
  await first.ready;
  const second = startDaemon(t, ['--config', configPath]);
  assert.deepEqual(await second.ended, [EXIT_CODES.already_running, null]);
  assert.match(await second.errors, new RegExp(`^Cannot start .*process ${first.child.pid} runs it already.*\n$`));
  const purge = startDaemon(t, ['--config', configPath, '--purge']);
  assert.deepEqual(await purge.ended, [EXIT_CODES.already_running, null]);
  first.child.kill('SIGKILL');
  await first.ended;
  const third = startDaemon(t, ['--config', configPath]);
  assert.ok((await third.ready) > 0);
});

test('a taken port ends the daemon with the name of its holder and the fix, before anything is started', async (t) => {
  const holder = createServer().listen(0, '127.0.0.1');
  await once(holder, 'listening');
  t.after(() => holder.close());
  const { port } = holder.address() as AddressInfo;
  const { stateDir, configPath } = await platformFolder(t, port);
  const daemon = startDaemon(t, ['--config', configPath]);
  assert.deepEqual(await daemon.ended, [EXIT_CODES.port_taken, null]);
  const message = await daemon.errors;
  assert.match(message, new RegExp(`^Cannot use 127.0.0.1:${port} for the API: .* listens there\\. .*--api-port\n$`));
  assert.match(message, new RegExp(`process ${process.pid}`));
  assert.ok(!(await logMessages(stateDir)).includes('opened'));
});

test('--purge purges and ends', async (t) => {
  const { stateDir, configPath } = await platformFolder(t);
  const daemon = startDaemon(t, ['--config', configPath, '--purge']);
  assert.deepEqual(await daemon.ended, [0, null]);
  assert.deepEqual(await logMessages(stateDir), ['purged', 'released']);
});

test('arguments and configurations that are wrong end the daemon with the usage code', async (t) => {
  const { stateDir } = await platformFolder(t);
  const broken = join(stateDir, 'broken.json');
  await writeFile(broken, '{"name":"x"}');
  const cases: readonly (readonly [args: readonly string[], message: RegExp])[] = [
    [[], /--config is missing/],
    [['--config', join(stateDir, 'none.json')], /Cannot read the configuration .*ENOENT/],
    [['--config', broken], /"platformId" is missing/],
  ];
  for (const [args, message] of cases) {
    const daemon = startDaemon(t, args);
    assert.deepEqual(await daemon.ended, [EXIT_CODES.usage, null]);
    assert.match(await daemon.errors, message);
  }
});
