/** The contract of `Engine` about shares, tags and restarts, as tests. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openBench, poll, untilAnswered, type Bench, type EngineConformanceOptions } from './conformance-bench.ts';
import type { AppObservation } from './observation.ts';

const REQUESTS = 200;

export function trafficTests(options: EngineConformanceOptions): void {
  test('requests are shared out as stated, and a revision without a share gets none', async (t) => {
    const bench = await openBench(t, options);
    const revisions = await threeReady(bench);
    const [first, second, third] = namesOf(revisions);
    const traffic = [
      { revisionName: first, percent: 80 },
      { revisionName: second, percent: 20 },
      { revisionName: third, percent: 0 },
    ];
    await bench.engine.applyApp(bench.workload({ revisions, traffic }));
    await untilAnswered(options, bench.host, second);
    const answers = await countAnswers(options, bench.host);
    assert.deepEqual([...answers.keys()].toSorted(), [first, second]);
    // 40 are expected; less than 6 or more than 74 come once in 500 million runs.
    const share = answers.get(second) ?? 0;
    assert.ok(share >= 6 && share <= 74, `${share} of ${REQUESTS}`);
  });

  test('a tag has hosts of its own that lead to its revision, whatever its share is', async (t) => {
    const bench = await openBench(t, options);
    const revisions = await threeReady(bench);
    const [first, second] = namesOf(revisions);
    const tagHost = `next--${bench.host}`;
    const tags = [{ hosts: [tagHost], revisionName: second }];
    await bench.engine.applyApp(bench.workload({ revisions, traffic: first, tags }));
    await untilAnswered(options, tagHost, second);
    await untilAnswered(options, bench.host, first);
    assert.deepEqual([...(await countAnswers(options, bench.host)).keys()], [first]);
    await bench.engine.applyApp(bench.workload({ revisions, traffic: first }));
    await poll(options, 'the tag is gone', async () =>
      (await options.request(tagHost)).status === 404 ? true : undefined,
    );
  });

  test('a revision that does not come up leaves its share to the others', async (t) => {
    const bench = await openBench(t, options);
    const first = await bench.revision(1, options.images.good);
    const second = await bench.revision(2, options.images.exitsWith3);
    await bench.engine.applyApp(bench.workload({ revisions: [first], traffic: first.revisionName }));
    await untilAnswered(options, bench.host, first.revisionName);
    const traffic = [first, second].map(({ revisionName }) => ({ revisionName, percent: 50 }));
    await bench.engine.applyApp(bench.workload({ revisions: [first, second], traffic }));
    await bench.until('failed', second.revisionName);
    assert.deepEqual([...(await countAnswers(options, bench.host)).keys()], [first.revisionName]);
  });

  test('a restart replaces every older instance once, and one that is named', async (t) => {
    const bench = await openBench(t, options);
    const first = await bench.revision(1, options.images.good);
    const state = { revisions: [first], traffic: first.revisionName };
    await bench.engine.applyApp(bench.workload(state));
    await bench.until('ready', first.revisionName);
    const [before] = await livingNames(bench);
    assert.ok(before);
    const later = new Date(Date.now() + 1).toISOString();
    await poll(options, 'the next millisecond', () => (new Date().toISOString() > later ? true : undefined));
    const restarted = { ...state, restart: { createdBefore: later, instanceNames: [] } };
    const second = await untilReplaced(bench, options, { state: restarted, gone: before });
    await bench.engine.applyApp(bench.workload(restarted));
    await untilAnswered(options, bench.host, first.revisionName);
    assert.deepEqual(await livingNames(bench), [second]);
    const named = { ...state, restart: { createdBefore: later, instanceNames: [second] } };
    await untilReplaced(bench, options, { state: named, gone: second });
  });
}

type Change = Parameters<Bench['workload']>[0];

async function untilReplaced(
  bench: Bench,
  options: EngineConformanceOptions,
  { state, gone }: { readonly state: Change; readonly gone: string },
): Promise<string> {
  await bench.engine.applyApp(bench.workload(state));
  return await poll(options, `another instance than ${gone}`, async () => {
    assert.equal((await options.request(bench.host)).status, 200);
    const living = await livingNames(bench);
    return living.length === 1 && living[0] !== gone ? living[0] : undefined;
  });
}

async function livingNames(bench: Bench): Promise<readonly string[]> {
  const seen: AppObservation | undefined = await bench.engine.observeApp(bench.key);
  const living = seen?.instances.filter(({ completedAt }) => completedAt === undefined) ?? [];
  return living.map(({ instanceName }) => instanceName);
}

/** Three revisions of the good image that were ready, all of them declared. */
async function threeReady(bench: Bench) {
  const made = await Promise.all([1, 2, 3].map((number) => bench.revision(number, bench.goodImage)));
  const [first, second, third] = made;
  assert.ok(first && second && third);
  await bench.engine.applyApp(bench.workload({ revisions: made }));
  for (const { revisionName } of made) await bench.until('ready', revisionName);
  return [first, second, third] as const;
}

function namesOf([first, second, third]: Awaited<ReturnType<typeof threeReady>>) {
  return [first.revisionName, second.revisionName, third.revisionName] as const;
}

async function countAnswers(options: EngineConformanceOptions, host: string): Promise<ReadonlyMap<string, number>> {
  const answers = new Map<string, number>();
  for (let asked = 0; asked < REQUESTS; asked += 1) {
    const response = await options.request(host);
    const body = await response.text();
    assert.equal(response.status, 200, body);
    answers.set(body, (answers.get(body) ?? 0) + 1);
  }
  return answers;
}
