/** An app grows with real load, shrinks and falls asleep; its logs outlive it. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { SLOW_HELLO, writeFolder } from './app-folder.ts';
import { startPlatform, withShortWaits, type TestPlatform } from './platform.ts';
import { ask, startLoad } from './requests.ts';
import { waitUntil } from './wait-until.ts';

const NAME = 'slow';
let platform: TestPlatform;
let url: string;

before(async () => {
  platform = await startPlatform({ tune: withShortWaits });
  const folder = await writeFolder(join(platform.folder, NAME), SLOW_HELLO);
  url = await platform.deploy(folder, NAME, ['--concurrency', '2', '--max-scale', '3']);
});
after(() => platform?.purge());

async function isAsleep(): Promise<boolean> {
  return (await platform.runningInstances(NAME)).length === 0;
}

test('scaling: an app without requests falls asleep, and wakes for the first one', async () => {
  await waitUntil('the app sleeps', isAsleep, { timeoutMs: 60_000 });
  const answer = await ask(url);
  assert.equal(answer.status, 200);
  assert.match(answer.body, /^slow-/);
});

test('scaling: many requests to a sleeping app start it once and are all answered', async () => {
  await waitUntil('the app sleeps', isAsleep, { timeoutMs: 60_000 });
  const answers = await Promise.all(Array.from({ length: 20 }, () => ask(url)));
  assert.deepEqual([...new Set(answers.map(({ status }) => status))], [200]);
});

test('scaling: load brings more instances, at most the maximum, and no request fails', async (t) => {
  const load = startLoad(t, url, { concurrency: 12 });
  try {
    await waitUntil('three instances run', async () => (await platform.runningInstances(NAME)).length === 3, {
      timeoutMs: 60_000,
    });
  } finally {
    const report = await load.stop();
    assert.deepEqual(report.failures, []);
    assert.ok(report.answered > 0);
    assert.ok(report.bodies.size <= 3, `${report.bodies.size} instances answered`);
  }
});

test('scaling: after the load the app goes back to nothing, and the logs of gone instances stay', async () => {
  await waitUntil('the app sleeps', isAsleep, { timeoutMs: 90_000 });
  // Those that stand by frozen are gone with their revision, and are asked to end like any other.
  await platform.must(['app', 'update', '--name', NAME, '--standby', 'none']);
  const logs = await waitUntil('an instance has ended', async () => {
    const { stdout } = await platform.must(['app', 'logs', '--name', NAME]);
    return /Ended slow-/.test(stdout) && stdout;
  });
  assert.match(logs, /Started slow-/);
});
