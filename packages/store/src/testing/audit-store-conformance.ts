/** The contract of `AuditStore` as tests, run on SQLite and on a real Postgres. Each test has a project of its own. */
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { suite, test, type TestContext } from 'node:test';
import type { AuditBeginning, AuditEntry, AuditStore } from '@slipway/control';
import type { Stores } from '../stores.ts';

export interface AuditStoreConformanceOptions {
  readonly name: string;
  /** The reason why this store cannot be tried here. */
  readonly skip?: string | undefined;
  /** Stores over a database that this suite has for itself, closed by the test. */
  open(): Promise<Stores>;
}

export function describeAuditStoreConformance(options: AuditStoreConformanceOptions): void {
  suite(`AuditStore: ${options.name}`, { skip: options.skip ?? false }, () => {
    listTests(options);
    beginningTests(options);
    pruneTests(options);
  });
}

async function openAudit(t: TestContext, options: AuditStoreConformanceOptions): Promise<AuditStore> {
  const { auditStore, store } = await options.open();
  t.after(() => store.close());
  return auditStore;
}

function atSecond(second: number): string {
  return new Date(Date.UTC(2026, 0, 1, 0, 0, second)).toISOString();
}

function entryOf(projectId: string, second: number, change: Partial<AuditEntry> = {}): AuditEntry {
  return {
    id: randomUUID(),
    class: 'other',
    at: atSecond(second),
    userId: 'anna',
    credentialKind: 'api_key',
    credentialId: 'key-1',
    source: '192.0.2.1',
    operation: 'getApp',
    action: 'codeengine.application.read',
    projectId,
    targetKind: 'application',
    targetName: 'web',
    outcome: 'success',
    status: 200,
    errorCode: '',
    durationMs: 7,
    ...change,
  };
}

const PAGE = { limit: 10, windowMax: 100 };

function listTests(options: AuditStoreConformanceOptions): void {
  test('list() shows what was appended, newest first, in pages without a gap', async (t) => {
    const audit = await openAudit(t, options);
    const projectId = randomUUID();
    const entries = [1, 2, 2, 3, 5].map((second) => entryOf(projectId, second));
    await audit.append(entries.slice(0, 3));
    await audit.append(entries.slice(3), { relaxed: true });
    const seen: AuditEntry[] = [];
    for (let page = await audit.list({ ...PAGE, projectId, limit: 2 }); ;) {
      seen.push(...page.entries);
      if (!page.next) break;
      page = await audit.list({ ...PAGE, projectId, limit: 2, after: page.next });
    }
    assert.deepEqual(seen, entries.toReversed());
  });

  test('list() narrows by user, beginning of the action, outcome, target and time', async (t) => {
    const audit = await openAudit(t, options);
    const projectId = randomUUID();
    const [one, two, three] = [
      entryOf(projectId, 1, { userId: 'bert', action: 'codeengine.secret.read', targetName: 'tokens' }),
      entryOf(projectId, 2, { outcome: 'failure', status: 403, errorCode: 'forbidden' }),
      entryOf(projectId, 3, { action: 'codeengine%' }),
    ] as const;
    await audit.append([one, two, three, entryOf(randomUUID(), 2)]);
    const found = async (query: object) => (await audit.list({ ...PAGE, projectId, ...query })).entries;
    assert.deepEqual(await found({ userId: 'bert' }), [one]);
    assert.deepEqual(await found({ action: 'codeengine.secret' }), [one]);
    assert.deepEqual(await found({ action: 'codeengine%' }), [three]);
    assert.deepEqual(await found({ outcome: 'failure' }), [two]);
    assert.deepEqual(await found({ targetName: 'tokens' }), [one]);
    assert.deepEqual(await found({ since: atSecond(2), until: atSecond(3) }), [two]);
  });

  test('list() looks through a bounded number of rows and says where to go on', async (t) => {
    const audit = await openAudit(t, options);
    const projectId = randomUUID();
    const rare = entryOf(projectId, 1, { userId: 'bert' });
    await audit.append([rare, ...[2, 3, 4, 5].map((second) => entryOf(projectId, second))]);
    const query = { projectId, userId: 'bert', limit: 10, windowMax: 3 };
    const first = await audit.list(query);
    assert.deepEqual(first.entries, []);
    assert.ok(first.next);
    const second = await audit.list({ ...query, after: first.next });
    assert.deepEqual(second, { entries: [rare] });
  });
}

function beginningTests(options: AuditStoreConformanceOptions): void {
  test('recover() makes records of what began and never ended, once', async (t) => {
    const audit = await openAudit(t, options);
    const projectId = randomUUID();
    const { outcome: _outcome, status: _status, errorCode: _code, durationMs: _ms, ...about } = entryOf(projectId, 1);
    const lost: AuditBeginning = { ...about, class: 'change' };
    const ended: AuditBeginning = { ...lost, id: randomUUID(), at: atSecond(2) };
    await audit.begin([lost, ended]);
    const end = { ...ended, outcome: 'success', status: 202, errorCode: '', durationMs: 1 } as const;
    await audit.append([end]);
    await audit.append([end]);
    assert.equal(await audit.recover(), 1);
    assert.equal(await audit.recover(), 0);
    const { entries } = await audit.list({ ...PAGE, projectId });
    assert.deepEqual(
      entries.map(({ id, outcome }) => [id, outcome]),
      [
        [ended.id, 'success'],
        [lost.id, 'unknown'],
      ],
    );
  });
}

function pruneTests(options: AuditStoreConformanceOptions): void {
  test('prune() drops the old, and of each class the oldest above its bound', async (t) => {
    const audit = await openAudit(t, options);
    const projectId = randomUUID();
    const classes = ['change', 'other', 'anonymous'] as const;
    await audit.append(
      classes.flatMap((name) => [1, 2, 3, 4].map((second) => entryOf(projectId, second, { class: name }))),
    );
    const kept = async () =>
      (await audit.list({ ...PAGE, limit: 20, projectId })).entries
        .map((entry) => `${entry.class} ${entry.at.slice(18, 19)}`)
        .toSorted();
    await audit.prune(atSecond(2), { change: 1000, other: 1000, anonymous: 1000 });
    assert.equal((await kept()).length, 9);
    await audit.prune(atSecond(0), { change: 3, other: 2, anonymous: 0 });
    assert.deepEqual(await kept(), ['change 2', 'change 3', 'change 4', 'other 3', 'other 4']);
  });
}
