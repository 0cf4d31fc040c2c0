/** A burst meets an app that sleeps: all are answered, about in their order, and never too many at once. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { writeFolder } from './app-folder.ts';
import { startPlatform, withShortWaits, type TestPlatform } from './platform.ts';
import { ask, type Answer } from './requests.ts';
import { waitUntil } from './wait-until.ts';

/** Answers after a while with its instance, and with the most requests that it ever had at once. */
const COUNTER = {
  'package.json': JSON.stringify({ name: 'counter', scripts: { start: 'node server.js' } }),
  'server.js': `
    let now = 0;
    let most = 0;
    require('node:http').createServer((request, response) => {
      most = Math.max(most, ++now);
      setTimeout(() => {
        now -= 1;
        response.end(JSON.stringify({ instance: process.env.HOSTNAME, most }));
      }, 30);
    }).listen(process.env.PORT || 8080);
  `,
};

let platform: TestPlatform;
before(async () => {
  platform = await startPlatform({ tune: withShortWaits });
});
after(() => platform?.purge());

/** In random order it is a third. */
const DISPLACEMENT_MAX = 0.2;

interface Burst {
  readonly answers: readonly Answer[];
  /** How far from its place in the order of arrival a request was answered, as part of all. */
  readonly displacement: number;
}

async function sendAtOnce(url: string, count: number): Promise<Burst> {
  const answered: number[] = [];
  const answers = await Promise.all(
    Array.from({ length: count }, async (_none, sent) => {
      const answer = await ask(url);
      answered.push(sent);
      return answer;
    }),
  );
  const distances = answered.map((sent, place) => Math.abs(sent - place));
  return { answers, displacement: distances.reduce((sum, one) => sum + one, 0) / count / count };
}

const BURSTS = [
  { name: 'narrow', count: 200, concurrency: 1, instancesMax: 5 },
  { name: 'wide', count: 1_000, concurrency: 100, instancesMax: 10 },
];

for (const { name, count, concurrency, instancesMax } of BURSTS) {
  test(`burst: ${count} requests at once to a sleeping app that takes ${concurrency} are all answered`, async (t) => {
    const folder = await writeFolder(join(platform.folder, name), COUNTER);
    const scale = ['--concurrency', String(concurrency), '--max-scale', String(instancesMax)];
    const url = await platform.deploy(folder, name, scale);
    await waitUntil('the app sleeps', async () => (await platform.runningInstances(name)).length === 0, {
      timeoutMs: 60_000,
    });
    const { answers, displacement } = await sendAtOnce(url, count);
    const counts = answers.map(({ status }) => status);
    assert.deepEqual([...new Set(counts)], [200], answers.find(({ status }) => status !== 200)?.body ?? '');
    const seen = answers.map(({ body }) => JSON.parse(body) as { instance: string; most: number });
    const instances = new Set(seen.map(({ instance }) => instance));
    t.diagnostic(`${instances.size} instances, displacement ${displacement.toFixed(3)}`);
    assert.ok(displacement <= DISPLACEMENT_MAX, `displacement ${displacement}`);
    assert.ok(instances.size <= instancesMax);
    assert.ok(Math.max(...seen.map(({ most }) => most)) <= concurrency, 'the hard limit holds');
  });
}
