/** The contract of `Store` as tests, run on SQLite and on a real Postgres. Each test has its own project. */
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { suite, test } from 'node:test';
import type { ResourceDraft, ResourceKey, Store, StoredEvent } from '@slipway/control';
import fc from 'fast-check';

export interface StoreConformanceOptions {
  readonly name: string;
  /** The reason why this store cannot be tried here. */
  readonly skip?: string | undefined;
  /** A store over always the same database, closed by the test. */
  open(): Promise<Store>;
}

export function describeStoreConformance(options: StoreConformanceOptions): void {
  suite(`Store: ${options.name}`, { skip: options.skip ?? false }, () => {
    resourceTests(options);
    pageTests(options);
    eventTests(options);
    lifeTests(options);
  });
}

function draftFor(key: Partial<ResourceDraft> = {}): ResourceDraft {
  const projectId = key.projectId ?? randomUUID();
  return { kind: 'app', projectId, name: 'web', id: randomUUID(), owner: '', spec: {}, status: {}, ...key };
}

function keyOf({ kind, projectId, name }: ResourceDraft): ResourceKey {
  return { kind, projectId, name };
}

function eventFor(projectId: string, number: number): StoredEvent {
  const at = new Date(Date.UTC(2026, 0, 1, 0, 0, number)).toISOString();
  const revisionName = `web-${number}`;
  return { id: `${projectId}-${number}`, projectId, kind: 'app', name: 'web', revisionName, at, content: { number } };
}

function resourceTests(options: StoreConformanceOptions): void {
  test('insert() stores a resource once; the second insert of the key changes nothing', async (t) => {
    const store = await options.open();
    t.after(() => store.close());
    const draft = draftFor({ spec: { text: 'ä\u0000"🚢', list: [1, null] }, status: { n: 1 }, owner: 'x' });
    const inserted = await store.insert(draft);
    assert.ok(inserted?.entityTag);
    assert.deepEqual(inserted?.spec, draft.spec);
    assert.equal(await store.insert({ ...draft, id: randomUUID(), spec: {} }), undefined);
    assert.deepEqual(await store.get(keyOf(draft)), inserted);
  });

  test('update() writes when the tag matches, gives a new tag, and keeps what is not named', async (t) => {
    const store = await options.open();
    t.after(() => store.close());
    const draft = draftFor({ spec: { a: 1 }, status: { b: 1 } });
    const first = await store.insert(draft);
    const second = await store.update(keyOf(draft), first?.entityTag ?? '', { spec: { a: 2 } });
    assert.deepEqual(second?.spec, { a: 2 });
    assert.deepEqual(second?.status, { b: 1 });
    assert.notEqual(second?.entityTag, first?.entityTag);
    assert.equal(await store.update(keyOf(draft), first?.entityTag ?? '', { spec: { a: 3 } }), undefined);
    assert.deepEqual((await store.get(keyOf(draft)))?.spec, { a: 2 });
  });

  test('of many updates with the same tag exactly one is written', async (t) => {
    const store = await options.open();
    t.after(() => store.close());
    const draft = draftFor();
    const first = await store.insert(draft);
    const numbers = Array.from({ length: 8 }, (_unused, index) => index);
    const results = await Promise.all(
      numbers.map((number) => store.update(keyOf(draft), first?.entityTag ?? '', { spec: { number } })),
    );
    assert.equal(results.filter((result) => result !== undefined).length, 1);
  });

  test('updateStatus() keeps the tag, and does not touch a new resource with an old name', async (t) => {
    const store = await options.open();
    t.after(() => store.close());
    const draft = draftFor();
    const first = await store.insert(draft);
    const second = await store.updateStatus(keyOf(draft), draft.id, { ready: true });
    assert.equal(second?.entityTag, first?.entityTag);
    assert.deepEqual(second?.status, { ready: true });
    assert.equal(await store.delete(keyOf(draft)), true);
    await store.insert({ ...draft, id: randomUUID() });
    assert.equal(await store.updateStatus(keyOf(draft), draft.id, { ready: false }), undefined);
    assert.deepEqual((await store.get(keyOf(draft)))?.status, {});
  });

  test('rewrite() changes what was read, keeps tag and time, and writes nothing over a change', async (t) => {
    const store = await options.open();
    t.after(() => store.close());
    const draft = draftFor({ spec: { form: 1, 7: 'a' }, status: { b: 1 } });
    const first = await store.insert(draft);
    assert.ok(first);
    assert.equal(await store.rewrite(first, { spec: { form: 2 } }), true);
    const second = await store.get(keyOf(draft));
    assert.deepEqual(second, { ...first, spec: { form: 2 } });
    await store.updateStatus(keyOf(draft), draft.id, { b: 2 });
    assert.equal(await store.rewrite(first, { spec: { form: 3 } }), false);
    const third = await store.get(keyOf(draft));
    assert.ok(third);
    await store.update(keyOf(draft), third.entityTag, { spec: { form: 4 } });
    assert.equal(await store.rewrite(third, { status: { b: 3 } }), false);
    const { spec, status } = (await store.get(keyOf(draft))) ?? {};
    assert.deepEqual([spec, status], [{ form: 4 }, { b: 2 }]);
  });

  test('delete() says whether there was something to delete', async (t) => {
    const store = await options.open();
    t.after(() => store.close());
    const draft = draftFor();
    await store.insert(draft);
    assert.equal(await store.delete(keyOf(draft)), true);
    assert.equal(await store.delete(keyOf(draft)), false);
    assert.equal(await store.get(keyOf(draft)), undefined);
  });
}

function pageTests(options: StoreConformanceOptions): void {
  test('list() in pages gives every resource once, in the order of bytes, whatever the page size', async (t) => {
    const store = await options.open();
    t.after(() => store.close());
    const names = fc.uniqueArray(fc.string({ unit: fc.constantFrom('a', 'b', '-', '0', 'Z', '_', 'ä', '😀') }), {
      maxLength: 12,
    });
    await fc.assert(
      fc.asyncProperty(names, fc.integer({ min: 1, max: 5 }), async (all, limit) => {
        const projectId = randomUUID();
        for (const name of all) await store.insert(draftFor({ projectId, name }));
        const seen: string[] = [];
        for (let after: { projectId: string; name: string } | undefined; ;) {
          const page = await store.list({ kind: 'app', projectId, limit, ...(after && { after }) });
          seen.push(...page.map((resource) => resource.name));
          const last = page.at(-1);
          if (page.length < limit || !last) break;
          after = { projectId, name: last.name };
        }
        assert.deepEqual(
          seen,
          all.toSorted((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b))),
        );
        assert.equal(await store.count({ kind: 'app', projectId }), all.length);
      }),
      { numRuns: 15 },
    );
  });

  test('list() and count() keep kinds, projects and owners apart', async (t) => {
    const store = await options.open();
    t.after(() => store.close());
    const projectId = randomUUID();
    await store.insert(draftFor({ projectId, name: 'a' }));
    await store.insert(draftFor({ projectId, name: 'a-1', kind: 'app_revision', owner: 'a' }));
    await store.insert(draftFor({ projectId, name: 'b-1', kind: 'app_revision', owner: 'b' }));
    await store.insert(draftFor({ name: 'c' }));
    const names = (owner?: string) =>
      store
        .list({ kind: 'app_revision', projectId, limit: 10, ...(owner !== undefined && { owner }) })
        .then((page) => page.map((resource) => resource.name));
    assert.deepEqual(await names(), ['a-1', 'b-1']);
    assert.deepEqual(await names('b'), ['b-1']);
    assert.equal(await store.count({ kind: 'app', projectId }), 1);
    assert.ok((await store.count({ kind: 'app' })) >= 2);
  });
}

function eventTests(options: StoreConformanceOptions): void {
  test('appendEvent() keeps the newest ones of the app, and the same event once', async (t) => {
    const store = await options.open();
    t.after(() => store.close());
    const projectId = randomUUID();
    await store.appendEvent({ ...eventFor(projectId, 0), id: `${projectId}-other`, name: 'other' }, 3);
    await store.appendEvent({ ...eventFor(projectId, 0), id: `${projectId}-run`, kind: 'build_run' }, 3);
    for (const number of [1, 2, 3, 4, 5, 5]) await store.appendEvent(eventFor(projectId, number), 3);
    const seen = await store.listEvents({ projectId, kind: 'app', name: 'web', limit: 10 });
    assert.deepEqual(
      seen,
      [3, 4, 5].map((number) => eventFor(projectId, number)),
    );
    assert.equal((await store.listEvents({ projectId, kind: 'app', name: 'other', limit: 10 })).length, 1);
  });

  test('listEvents() goes on after an event, also when that one was dropped', async (t) => {
    const store = await options.open();
    t.after(() => store.close());
    const projectId = randomUUID();
    for (const number of [1, 2, 3]) await store.appendEvent(eventFor(projectId, number), 2);
    const after = (number: number) =>
      store

        .listEvents({ projectId, kind: 'app', name: 'web', limit: 10, afterId: `${projectId}-${number}` })
        .then((page) => page.map((event) => event.content));
    assert.deepEqual(await after(2), [{ number: 3 }]);
    assert.deepEqual(await after(1), [{ number: 2 }, { number: 3 }]);
    await store.deleteEvents(projectId, { kind: 'app', name: 'web' });
    assert.deepEqual(await after(1), []);
  });

  test('listEvents() narrows a project by kind, name, revision and time, and deleteEvents() ends one subject', async (t) => {
    const store = await options.open();
    t.after(() => store.close());
    const projectId = randomUUID();
    for (const number of [1, 2]) await store.appendEvent(eventFor(projectId, number), 9);
    const run = { ...eventFor(projectId, 3), kind: 'build_run', revisionName: '' } as const;
    await store.appendEvent(run, 9);
    await store.appendEvent(eventFor(randomUUID(), 4), 9);
    const numbers = async (query: object) =>
      (await store.listEvents({ projectId, limit: 10, ...query })).map((event) => event.content);
    assert.deepEqual(await numbers({}), [{ number: 1 }, { number: 2 }, { number: 3 }]);
    assert.deepEqual(await numbers({ kind: 'build_run', name: 'web' }), [{ number: 3 }]);
    assert.deepEqual(await numbers({ kind: 'app', revisionName: 'web-2' }), [{ number: 2 }]);
    assert.deepEqual(await numbers({ since: eventFor(projectId, 2).at }), [{ number: 2 }, { number: 3 }]);
    await store.deleteEvents(projectId, { kind: 'app', name: 'web' });
    assert.deepEqual(await numbers({}), [{ number: 3 }]);
    await store.deleteEvents(projectId);
    assert.deepEqual(await numbers({}), []);
  });
}

function lifeTests(options: StoreConformanceOptions): void {
  test('two stores may open the database at the same moment and see each other', async (t) => {
    const [one, two] = await Promise.all([options.open(), options.open()]);
    t.after(() => Promise.all([one.close(), two.close()]));
    const draft = draftFor();
    await one.insert(draft);
    assert.equal((await two.get(keyOf(draft)))?.id, draft.id);
  });

  test('a store opened later finds what an earlier one stored', async (t) => {
    const draft = draftFor({ spec: { kept: true } });
    const one = await options.open();
    await one.insert(draft);
    await one.close();
    const two = await options.open();
    t.after(() => two.close());
    assert.deepEqual((await two.get(keyOf(draft)))?.spec, { kept: true });
  });
}
