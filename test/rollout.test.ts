/**
 * Everything that changes an app or the platform under it, with requests flowing all the time: none of them may fail. An
 * instance that is killed takes the requests along that it had, and no others.
 */
import assert from 'node:assert/strict';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { SLOW_HELLO, writeFolder } from './app-folder.ts';
import { startPlatform, type TestPlatform } from './platform.ts';
import { ask, startLoad } from './requests.ts';
import { waitUntil } from './wait-until.ts';

const NAME = 'web';
const CLIENTS = 8;
let platform: TestPlatform;
let url: string;

before(async () => {
  platform = await startPlatform();
  const folder = await writeFolder(join(platform.folder, NAME), SLOW_HELLO);
  url = await platform.deploy(folder, NAME, ['--min-scale', '2', '--cpu', '0.125', '--memory', '250M']);
});
after(() => platform?.purge());

/** The revision that answers, by the name of its instance. */
async function answering(): Promise<string> {
  return (await ask(url)).body.replace(/-[a-z0-9]+$/, '');
}

function untilAnswers(revision: string): Promise<true> {
  return waitUntil(`only ${revision} answers`, async () => {
    const seen = await Promise.all(Array.from({ length: CLIENTS }, answering));
    return seen.every((one) => one === revision);
  });
}

async function processIds(pattern: RegExp): Promise<readonly number[]> {
  const pids = (await readdir('/proc')).filter((entry) => /^\d+$/.test(entry));
  const found = await Promise.all(
    pids.map(async (pid) => {
      const command = (await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')).replaceAll('\0', ' ');
      return pattern.test(command) ? [Number(pid)] : [];
    }),
  );
  return found.flat();
}

/** Kills the daemon and has another one started. */
async function replaceDaemon(): Promise<void> {
  const daemon = Number(await readFile(join(platform.config.runDir, 'slipwayd.pid'), 'utf8'));
  assert.ok(daemon > 1, 'the daemon runs');
  process.kill(daemon, 'SIGKILL');
  await platform.must(['up']);
}

test('rollout: update, steps, rollback, restart, another daemon and another HAProxy fail no request', async (t) => {
  const load = startLoad(t, url, { concurrency: CLIENTS });
  const fresh = startLoad(t, url, { concurrency: CLIENTS, keepAlive: false });
  const steps: string[] = [];
  const done = async (what: string) => {
    const answered = load.answered();
    await waitUntil(`requests flow after: ${what}`, () => load.answered() > answered + 3 * CLIENTS);
    steps.push(`${what}: ${load.answered()}`);
  };
  await done('begun');
  await platform.must(['app', 'update', NAME, '--env', 'COLOUR=green']);
  await untilAnswers(`${NAME}-00002`);
  await done('update');

  assert.equal((await platform.must(['rollback', NAME])).stdout, `${NAME}-00001\n`);
  await untilAnswers(`${NAME}-00001`);
  await done('rollback');

  await platform.must(['traffic', 'set', NAME, 'v2=100', '--step', '50', '--interval', '1s']);
  await untilAnswers(`${NAME}-00002`);
  await done('steps');

  const before = await platform.runningInstances(NAME);
  await platform.must(['app', 'restart', NAME]);
  await waitUntil('every instance is another one', async () => {
    const now = await platform.runningInstances(NAME);
    return now.length === 2 && now.every((name) => !before.includes(name));
  });
  await done('restart');

  await platform.must(['app', 'update', NAME, '--min-scale', '1', '--max-scale', '1']);
  await platform.must(['traffic', 'set', NAME, 'latest=100']);
  await untilAnswers(`${NAME}-00003`);
  await done('scaled down');

  await replaceDaemon();
  await done('daemon replaced');

  const path = join(platform.config.stateDir, 'platform.json');
  const config = JSON.parse(await readFile(path, 'utf8')) as Record<string, unknown>;
  await writeFile(path, JSON.stringify({ ...config, slotCount: 200 }));
  const [proxy] = await processIds(new RegExp(`haproxy .*${platform.config.runDir}/`));
  await replaceDaemon();
  await waitUntil('another HAProxy runs', async () => {
    const now = await processIds(new RegExp(`haproxy .*${platform.config.runDir}/`));
    return now.some((pid) => pid !== proxy);
  });
  await untilAnswers(`${NAME}-00003`);
  await done('HAProxy replaced');

  const [onKept, onFresh] = await Promise.all([load.stop(), fresh.stop()]);
  t.diagnostic(steps.join(', '));
  assert.deepEqual(onKept.failures, [], `on kept connections: ${steps.join(', ')}`);
  assert.deepEqual(onFresh.failures, [], `on fresh connections: ${steps.join(', ')}`);
  assert.ok(onKept.answered > 20 * CLIENTS && onFresh.answered > 20 * CLIENTS);
});

test('rollout: an instance that is killed costs the requests it had, and no other', async (t) => {
  await platform.must(['app', 'update', NAME, '--min-scale', '2', '--max-scale', '2', '--concurrency', '4']);
  await waitUntil('two instances run', async () => (await platform.runningInstances(NAME)).length === 2);
  const load = startLoad(t, url, { concurrency: CLIENTS });
  await waitUntil('requests flow', () => load.answered() > 3 * CLIENTS);
  const [victim = ''] = await platform.runningInstances(NAME);
  const pids = await processesOf(victim);
  assert.ok(pids.length > 0, `${victim} has processes`);
  for (const pid of pids) process.kill(pid, 'SIGKILL');
  await waitUntil('another instance runs', async () => {
    const now = await platform.runningInstances(NAME);
    return now.length === 2 && !now.includes(victim);
  });
  const answered = load.answered();
  await waitUntil('requests flow', () => load.answered() > answered + 3 * CLIENTS);
  const { failed, failures } = await load.stop();
  // Those it had, and those that HAProxy sent on connections it had kept, before it heard of the end.
  assert.ok(failed <= 2 * 4, `${failed} requests failed: ${failures.join('; ')}`);
  for (const failure of failures) assert.match(failure, /HTTP 502|socket hang up|ECONNRESET/);
});

/** Of the program in an instance, by its host name. */
async function processesOf(instance: string): Promise<readonly number[]> {
  const pids = (await readdir('/proc')).filter((entry) => /^\d+$/.test(entry));
  const found = await Promise.all(
    pids.map(async (pid) => {
      const environment = await readFile(`/proc/${pid}/environ`, 'utf8').catch(() => '');
      return environment.split('\0').includes(`HOSTNAME=${instance}`) ? [Number(pid)] : [];
    }),
  );
  return found.flat();
}
