/** What runs is metered once, whatever happens to the daemon, and what sleeps is free. Metrics tell of both. */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { siteOf, writeFolder } from './app-folder.ts';
import { startPlatform, withShortWaits, type TestPlatform } from './platform.ts';
import { ask } from './requests.ts';
import { waitUntil } from './wait-until.ts';

const NAME = 'site';
let platform: TestPlatform;
let url: string;
let beganMs: number;

before(async () => {
  platform = await startPlatform({ tune: withShortWaits });
  const folder = await writeFolder(join(platform.folder, NAME), siteOf('hello'));
  beganMs = Date.now();
  url = await platform.deploy(folder, NAME);
});
after(() => platform?.purge());

/** Seconds of all instances of the app together. */
async function appSeconds(): Promise<number> {
  return (await readUsage()).seconds;
}

async function readUsage(): Promise<{ readonly seconds: number; readonly meteredUntilMs: number }> {
  const { stdout } = await platform.must(['usage', '--granularity', 'total', '--output', 'json']);
  const answer = JSON.parse(stdout) as {
    readonly metered_until: string;
    readonly usage: readonly { readonly component_name: string; readonly instance_seconds: number }[];
  };
  const ofApp = answer.usage.filter((item) => item.component_name === NAME);
  const seconds = ofApp.reduce((sum, item) => sum + item.instance_seconds, 0);
  return { seconds, meteredUntilMs: Date.parse(answer.metered_until) };
}

async function metricOf(key: string): Promise<number> {
  const { stateDir, api } = platform.config;
  const token = (await readFile(join(stateDir, 'admin-token'), 'utf8')).trim();
  const headers = { authorization: `Bearer ${token}` };
  const text = await (await fetch(`http://${api.address}:${api.port}/metrics`, { headers })).text();
  const line = text.split('\n').find((one) => one.startsWith(`ibm_codeengine_application_${key}{`));
  return Number(line?.split(' ').at(-1));
}

test('usage: a death of the daemon counts no second twice and loses none', async () => {
  assert.equal((await ask(url)).status, 200);
  await waitUntil('the app is metered', async () => (await appSeconds()) > 0);
  assert.equal(await metricOf('actual_instances'), 1);
  await waitUntil('the request is counted', async () => (await metricOf('requests_total')) >= 1);
  const seconds = await appSeconds();
  const pid = Number(await readFile(join(platform.config.runDir, 'slipwayd.pid'), 'utf8'));
  process.kill(pid, 'SIGKILL');
  await platform.must(['up']);
  const after = await appSeconds();
  assert.ok(after >= seconds, `${after} s after the death, ${seconds} s before`);
  assert.ok(after <= (Date.now() - beganMs) / 1000, `${after} s are more than there were`);
});

test('usage: an app that sleeps is free', async () => {
  await waitUntil('the app sleeps', async () => (await platform.runningInstances(NAME)).length === 0, {
    timeoutMs: 60_000,
  });
  await waitUntil('the metrics say so', async () => {
    const living = (await metricOf('actual_instances')) + (await metricOf('terminating_instances'));
    return living === 0;
  });
  const asleepMs = Date.now();
  const asleep = await waitUntil('the end is recorded', async () => {
    const { seconds, meteredUntilMs } = await readUsage();
    return meteredUntilMs > asleepMs && seconds;
  });
  await platform.must(['down']);
  await platform.must(['up']);
  assert.equal(await appSeconds(), asleep);
});
