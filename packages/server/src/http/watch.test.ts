import assert from 'node:assert/strict';
import test, { type TestContext } from 'node:test';
import type { Client } from '@slipway/client';
import { OPERATIONS, WATCH_GETTERS, WATCH_LIMITS, type WatchEvent } from '@slipway/spec';
import { refusedWith } from '../testing/refused-with.ts';
import { startRealControl } from '../testing/real-control.ts';

type Watched = AsyncIterator<WatchEvent>;
type WatchQuery = NonNullable<NonNullable<Parameters<Client['watchResources']>[0]>['query']>;

async function watch(
  t: TestContext,
  client: Client,
  { project_id, query = {}, lastEventId }: { project_id: string; query?: WatchQuery; lastEventId?: string },
): Promise<Watched> {
  const end = new AbortController();
  t.after(() => end.abort());
  const call = { params: { project_id }, query, signal: end.signal };
  const events = await client.watchResources(lastEventId === undefined ? call : { ...call, lastEventId });
  return events[Symbol.asyncIterator]();
}

async function next(events: Watched): Promise<WatchEvent> {
  const result = await events.next();
  assert.ok(result.done !== true, 'the stream ended');
  return result.value;
}

/** Until everything that is there was told. */
async function untilSynced(events: Watched): Promise<readonly WatchEvent[]> {
  const seen: WatchEvent[] = [];
  for (;;) {
    const event = await next(events);
    seen.push(event);
    if (event.type === 'synced' || event.type === 'closed') return seen;
  }
}

/** The next that tell something of a resource. */
async function told(events: Watched, wanted: number): Promise<readonly string[]> {
  const seen: string[] = [];
  while (seen.length < wanted) {
    const event = await next(events);
    if (event.name !== undefined) seen.push(`${event.type} ${event.name}`);
  }
  return seen;
}

async function startShop(t: TestContext) {
  const real = await startRealControl(t);
  const { id: project_id = '' } = await real.client.createProject({ body: { name: 'shop' } });
  const params = { project_id };
  const createMap = (name: string) => real.client.createConfigMap({ params, body: { name, data: { KEY: 'hunter2' } } });
  return { ...real, project_id, params, createMap };
}

test('watchResources() tells what is there, and then what comes, changes and goes', async (t) => {
  const { client, project_id, createMap } = await startShop(t);
  await createMap('one');
  const events = await watch(t, client, { project_id, query: { kind: 'config_map' } });
  const beginning = await untilSynced(events);
  assert.deepEqual(
    beginning.map(({ type, name }) => [type, name]),
    [
      ['added', 'one'],
      ['synced', undefined],
    ],
  );
  assert.deepEqual(beginning[0]?.resource, await client.getConfigMap({ params: { project_id, name: 'one' } }));
  await createMap('two');
  assert.deepEqual(await told(events, 1), ['added two']);
  const params = { project_id, name: 'two' };
  await client.replaceConfigMap({ params, body: { data: { KEY: 'other' } }, ifMatch: '*' });
  assert.deepEqual(await told(events, 1), ['modified two']);
  await client.deleteConfigMap({ params });
  assert.deepEqual(await told(events, 1), ['deleted two']);
});

test('watchResources() tells one resource, and all kinds without a filter', async (t) => {
  const { client, project_id, params, createMap } = await startShop(t);
  const one = await watch(t, client, { project_id, query: { kind: 'config_map', name: 'one' } });
  const all = await watch(t, client, { project_id });
  await untilSynced(one);
  await untilSynced(all);
  await createMap('two');
  assert.deepEqual(await told(all, 1), ['added two']);
  await client.createApp({ params, body: { name: 'web', image_reference: 'registry.example/fake/web:1' } });
  assert.deepEqual((await told(all, 2)).toSorted(), ['added web', 'added web-00001']);
  await createMap('one');
  assert.deepEqual(await told(one, 1), ['added one']);
  await refusedWith('invalid_field', client.watchResources({ params, query: { name: 'one' } }));
});

test('watchResources() tells an app that becomes ready without being asked again', async (t) => {
  const { client, project_id, params } = await startShop(t);
  const events = await watch(t, client, { project_id, query: { kind: 'app' } });
  await client.createApp({
    params,
    body: { name: 'web', image_reference: 'registry.example/fake/web:1', scale_min_instances: 1 },
  });
  for (let status: unknown; status !== 'ready';) status = (await next(events)).resource?.['status'] ?? status;
});

test('watchResources() goes on after the last event, and begins anew when it cannot', async (t) => {
  const { client, project_id, createMap } = await startShop(t);
  const query = { kind: 'config_map' } as const;
  for (const name of ['kept', 'gone']) await createMap(name);
  const first = await watch(t, client, { project_id, query });
  const lastEventId = (await untilSynced(first)).at(-1)?.id ?? '';
  await client.deleteConfigMap({ params: { project_id, name: 'gone' } });
  await createMap('new');
  const resumed = await untilSynced(await watch(t, client, { project_id, query, lastEventId }));
  assert.deepEqual(
    resumed.map(({ type, name }) => `${type} ${name ?? ''}`),
    ['deleted gone', 'added new', 'synced '],
  );
  const anew = await untilSynced(await watch(t, client, { project_id, query, lastEventId: 'other-7' }));
  assert.deepEqual(
    anew.map(({ type }) => type),
    ['resync', 'added', 'added', 'synced'],
  );
});

test('a Reader who watches sees names and no values, from the next event after a role has changed', async (t) => {
  const { client, clientWith, project_id, params, createMap } = await startShop(t);
  await client.createSecret({ params, body: { name: 'tokens', format: 'generic', data: { KEY: 'hunter2' } } });
  await createMap('one');
  const { apikey } = await client.createApiKey({ body: { name: 'a', owner: 'anna' } });
  const setRole = (role: 'reader' | 'writer') =>
    client.setMember({ params: { project_id, id: 'anna' }, body: { role } });
  await setRole('reader');
  const events = await watch(t, clientWith(apikey), { project_id });
  const beginning = JSON.stringify(await untilSynced(events));
  assert.ok(
    beginning.includes('tokens') && beginning.includes('REDACTED') && !beginning.includes('hunter2'),
    beginning,
  );
  await setRole('writer');
  await createMap('two');
  for (let data: unknown; data === undefined;) {
    data = (await next(events)).resource?.['data'];
    if (data !== undefined) assert.deepEqual(data, { KEY: 'hunter2' });
  }
});

test('every resource that can be watched is got by whoever may watch', () => {
  for (const getter of Object.values(WATCH_GETTERS))
    assert.equal(OPERATIONS[getter].access, OPERATIONS.watchResources.access, getter);
});

test('a watch ends soon after its caller has lost the right to it', async (t) => {
  const { client, clientWith } = await startRealControl(t, { streamRecheckMs: 5 });
  const { id: project_id = '' } = await client.createProject({ body: { name: 'shop' } });
  const { apikey } = await client.createApiKey({ body: { name: 'a', owner: 'anna' } });
  const ofAnna = { project_id, id: 'anna' };
  await client.setMember({ params: ofAnna, body: { role: 'reader' } });
  const events = await watch(t, clientWith(apikey), { project_id });
  await untilSynced(events);
  await client.removeMember({ params: ofAnna });
  await assert.rejects(async () => {
    while ((await events.next()).done !== true);
    throw new Error('it ended');
  });
});

test('one user watches a bounded number of times, and others still can', async (t) => {
  const { client, clientWith, project_id } = await startShop(t);
  const { apikey } = await client.createApiKey({ body: { name: 'a', owner: 'anna' } });
  await client.setMember({ params: { project_id, id: 'anna' }, body: { role: 'reader' } });
  const anna = clientWith(apikey);
  const watches: Watched[] = [];
  for (let count = 0; count < WATCH_LIMITS.watchersPerUserMax; count += 1)
    watches.push(await watch(t, anna, { project_id }));
  await refusedWith('busy', anna.watchResources({ params: { project_id } }));
  watches.push(await watch(t, client, { project_id }));
  // Held until here: the body of an answer that nobody refers to is closed when memory is collected.
  for (const events of watches) assert.equal((await untilSynced(events)).at(-1)?.type, 'synced');
});

test('watchProjects() tells the projects that come into sight and go out of it with a role', async (t) => {
  const { client, clientWith, project_id } = await startShop(t);
  const { apikey } = await client.createApiKey({ body: { name: 'a', owner: 'anna' } });
  const end = new AbortController();
  t.after(() => end.abort());
  const stream = await clientWith(apikey).watchProjects({ signal: end.signal });
  const events = stream[Symbol.asyncIterator]() as Watched;
  assert.deepEqual(
    (await untilSynced(events)).map(({ type }) => type),
    ['synced'],
  );
  const ofAnna = { project_id, id: 'anna' };
  await client.createProject({ body: { name: 'hidden' } });
  await client.setMember({ params: ofAnna, body: { role: 'reader' } });
  assert.deepEqual(await told(events, 1), [`added ${project_id}`]);
  await client.removeMember({ params: ofAnna });
  assert.deepEqual(await told(events, 1), [`deleted ${project_id}`]);
  await client.setPlatformMember({ params: { id: 'anna' }, body: { role: 'viewer' } });
  assert.equal(
    (await told(events, 3)).every((text) => text.startsWith('added')),
    true,
  );
});
