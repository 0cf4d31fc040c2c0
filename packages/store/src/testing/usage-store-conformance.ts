/** The contract of `UsageStore` as tests, run on SQLite and on a real Postgres. Each test has projects of its own. */
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { suite, test, type TestContext } from 'node:test';
import type { UsageRow, UsageSpan, UsageStore } from '@slipway/control';
import type { Stores } from '../stores.ts';

export interface UsageStoreConformanceOptions {
  readonly name: string;
  /** The reason why this store cannot be tried here. */
  readonly skip?: string | undefined;
  /** Stores over always the same database, closed by the test. */
  open(): Promise<Stores>;
}

const DAY = { from: '2026-01-31T00', until: '2026-02-01T00' };

export function describeUsageStoreConformance(options: UsageStoreConformanceOptions): void {
  suite(`UsageStore: ${options.name}`, { skip: options.skip ?? false }, () => {
    recordTests(options);
    listTests(options);
  });
}

async function openUsage(t: TestContext, options: UsageStoreConformanceOptions): Promise<UsageStore> {
  const { store, usageStore } = await options.open();
  t.after(() => store.close());
  return usageStore;
}

function spanOf(projectId: string, change: Partial<UsageSpan> = {}): UsageSpan {
  return {
    projectId,
    hour: '2026-01-31T05',
    componentType: 'app',
    componentName: 'web',
    revisionName: 'web-00001',
    cpuMillis: 1000,
    memoryBytes: 4e9,
    runningMs: 1000,
    ...change,
  };
}

function recordTests(options: UsageStoreConformanceOptions): void {
  test('record() adds spans up, and knows how far each run is metered', async (t) => {
    const usage = await openUsage(t, options);
    const projectId = randomUUID();
    const runId = `${projectId}/one`;
    const known = async () => (await usage.listRuns()).filter((run) => run.runId === runId);
    await usage.record({ spans: [spanOf(projectId)], runs: [{ runId, meteredUntilMs: 1 }], forgotten: [] });
    const meteredUntilMs = Date.UTC(2026, 0, 31, 5);
    await usage.record({ spans: [spanOf(projectId)], runs: [{ runId, meteredUntilMs }], forgotten: [] });
    assert.deepEqual(await known(), [{ runId, meteredUntilMs }]);
    const [row] = await usage.list({ ...DAY, projectId, periodLength: 13, limit: 10 });
    assert.equal(row?.runningMs, 2000);
    await usage.record({ spans: [], runs: [], forgotten: [runId] });
    assert.deepEqual(await known(), []);
  });

  test('record() that fails leaves nothing of itself', async (t) => {
    const usage = await openUsage(t, options);
    const projectId = randomUUID();
    const runs = [{ runId: `${projectId}/one`, meteredUntilMs: null as unknown as number }];
    await assert.rejects(usage.record({ spans: [spanOf(projectId)], runs, forgotten: [] }));
    assert.deepEqual(await usage.list({ ...DAY, projectId, periodLength: 0, limit: 10 }), []);
  });

  test('record() takes a checkpoint of many runs', async (t) => {
    const usage = await openUsage(t, options);
    const projectId = randomUUID();
    const numbers = Array.from({ length: 1203 }, (_unused, number) => number);
    const runs = numbers.map((number) => ({ runId: `${projectId}/${number}`, meteredUntilMs: number }));
    const spans = numbers.map((number) => spanOf(projectId, { revisionName: `web-${number}` }));
    await usage.record({ spans, runs, forgotten: [] });
    assert.equal((await usage.listRuns()).filter((run) => run.runId.startsWith(projectId)).length, numbers.length);
    assert.deepEqual(await usage.total({ ...DAY, projectId }), [
      { cpuMillis: 1000, memoryBytes: 4e9, runningMs: numbers.length * 1000 },
    ]);
    await usage.record({ spans: [], runs: [], forgotten: runs.map((run) => run.runId) });
  });
}

function listTests(options: UsageStoreConformanceOptions): void {
  test('list() adds up by hour, day, month and altogether, within the range and the project', async (t) => {
    const usage = await openUsage(t, options);
    const projectId = randomUUID();
    const hours = ['2026-01-30T23', '2026-01-31T00', '2026-01-31T23', '2026-02-01T00'];
    const spans = [...hours.map((hour) => spanOf(projectId, { hour })), spanOf(randomUUID())];
    await usage.record({ spans, runs: [], forgotten: [] });
    const range = { projectId, from: '2026-01-30T23', until: '2026-02-01T00', limit: 10 };
    const sums = async (periodLength: number) =>
      (await usage.list({ ...range, periodLength })).map(({ period, runningMs }) => `${period}: ${runningMs}`);
    assert.deepEqual(await sums(13), ['2026-01-30T23: 1000', '2026-01-31T00: 1000', '2026-01-31T23: 1000']);
    assert.deepEqual(await sums(10), ['2026-01-30: 1000', '2026-01-31: 2000']);
    assert.deepEqual(await sums(7), ['2026-01: 3000']);
    assert.deepEqual(await sums(0), [': 3000']);
  });

  test('list() in pages gives every row once, in one order', async (t) => {
    const usage = await openUsage(t, options);
    const projectId = randomUUID();
    const spans = [
      spanOf(projectId),
      spanOf(projectId, { cpuMillis: 500, memoryBytes: 5e8 }),
      spanOf(projectId, { cpuMillis: 500, memoryBytes: 48e9 }),
      spanOf(projectId, { revisionName: 'web-00002' }),
      spanOf(projectId, { componentName: 'api', revisionName: '' }),
      spanOf(projectId, { componentType: 'build_run', componentName: 'a', revisionName: '' }),
      spanOf(projectId, { hour: '2026-01-31T04', componentName: 'z' }),
    ];
    await usage.record({ spans: spans.toReversed(), runs: [], forgotten: [] });
    for (const periodLength of [0, 13]) {
      const whole = await usage.list({ ...DAY, projectId, periodLength, limit: 100 });
      assert.equal(whole.length, spans.length);
      const paged: UsageRow[] = [];
      for (let after: UsageRow | undefined; ;) {
        const page = await usage.list({ ...DAY, projectId, periodLength, limit: 2, ...(after && { after }) });
        paged.push(...page);
        after = page.at(-1);
        if (page.length < 2) break;
      }
      assert.deepEqual(paged, whole);
    }
  });

  test('deleteBefore() drops the hours before, and no other', async (t) => {
    const usage = await openUsage(t, options);
    const projectId = randomUUID();
    const spans = ['1999-01-01T00', '1999-01-01T01'].map((hour) => spanOf(projectId, { hour }));
    await usage.record({ spans, runs: [], forgotten: [] });
    await usage.deleteBefore('1999-01-01T01');
    const rows = await usage.list({ from: '1999', until: '2000', projectId, periodLength: 13, limit: 10 });
    assert.deepEqual(
      rows.map(({ period }) => period),
      ['1999-01-01T01'],
    );
  });
}
