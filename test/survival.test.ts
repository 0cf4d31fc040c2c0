/** What must survive: the daemon's sudden death under load, and the machine's. */
import assert from 'node:assert/strict';
import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { runProcess } from '@slipway/process';
import { SLOW_HELLO, writeFolder } from './app-folder.ts';
import { startPlatform, type TestPlatform } from './platform.ts';
import { ask, startLoad } from './requests.ts';
import { waitUntil } from './wait-until.ts';

const NAME = 'slow';
let platform: TestPlatform;
let url: string;

before(async () => {
  platform = await startPlatform();
  const folder = await writeFolder(join(platform.folder, NAME), SLOW_HELLO);
  url = await platform.deploy(folder, NAME, ['--min-scale', '1']);
});
after(() => platform?.purge());

interface Process {
  readonly pid: number;
  readonly command: string;
  readonly cgroups: string;
}

/** Processes of this platform alone: by its folders in the arguments, or by its own cgroups. */
async function platformProcesses(): Promise<readonly Process[]> {
  const { platformId, stateDir, runDir } = platform.config;
  const pids = (await readdir('/proc')).filter((entry) => /^\d+$/.test(entry) && Number(entry) !== process.pid);
  const found = await Promise.all(
    pids.map(async (pid) => {
      const command = (await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')).replaceAll('\0', ' ');
      const cgroups = await readFile(`/proc/${pid}/cgroup`, 'utf8').catch(() => '');
      return { pid: Number(pid), command, cgroups };
    }),
  );
  const own = new RegExp(`/slipway[-_/]${platformId}(?![a-z0-9])`);
  return found.filter(
    ({ command, cgroups }) => command.includes(`${runDir}/`) || command.includes(`${stateDir}/`) || own.test(cgroups),
  );
}

async function findDaemon(): Promise<Process> {
  const daemons = (await platformProcesses()).filter(({ command }) => /node.*packages\/server\//.test(command));
  const [daemon] = daemons;
  assert.ok(daemon, 'the daemon runs');
  return daemon;
}

test('survival: killing the daemon under load fails no request, and the instance is adopted', async (t) => {
  const [instance] = await platform.runningInstances(NAME);
  assert.ok(instance);
  const load = startLoad(t, url, { concurrency: 8 });
  const daemon = await findDaemon();
  await waitUntil('requests flow', () => load.answered() > 50);
  process.kill(daemon.pid, 'SIGKILL');
  const answered = load.answered();
  await waitUntil('requests flow without the daemon', () => load.answered() > answered + 100);
  await platform.must(['up']);
  await waitUntil('another daemon serves', async () => (await findDaemon()).pid !== daemon.pid);
  const after = load.answered();
  await waitUntil('requests flow with the new daemon', () => load.answered() > after + 100);
  const report = await load.stop();
  assert.deepEqual(report.failures, []);
  assert.deepEqual(await platform.runningInstances(NAME), [instance]);
});

test('survival: after a reboot of the machine, up brings every app back', async () => {
  await platform.must(['down']);
  await platform.must(['up']);
  assert.equal((await ask(url)).status, 200);

  // A reboot: every process of the platform ends at once, and what lay in memory is gone.
  await waitUntil('every process has ended', async () => {
    const living = await platformProcesses();
    for (const { pid } of living) endProcess(pid);
    return living.length === 0;
  });
  await forgetRunFolder();

  await platform.must(['up']);
  const answer = await waitUntil('the app answers', async () => {
    const one = await ask(url);
    return one.status === 200 && one;
  });
  assert.match(answer.body, /^slow-/);
});

function endProcess(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

/** Unmounts everything below the run folder, newest first, and removes it. */
async function forgetRunFolder(): Promise<void> {
  const { runDir } = platform.config;
  const table = await readFile('/proc/self/mountinfo', 'utf8');
  const points = table.split('\n').map((line) => line.split(' ')[4] ?? '');
  const mine = points.filter((point) => point === runDir || point.startsWith(`${runDir}/`));
  for (const point of mine.toReversed()) await runProcess(['umount', '--lazy', point]);
  await rm(runDir, { recursive: true, force: true });
}
