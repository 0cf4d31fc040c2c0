import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openControlBench, refusedWith, untilGone, type ControlBench } from './control-bench.ts';

const APP = { name: 'web', resource_type: 'app_v2' };
const KAFKA = {
  name: 'orders',
  type: 'kafka' as const,
  component: APP,
  kafka_brokers: ['broker-0.example.com:9093'],
  kafka_topics: ['orders'],
};

async function createWebApp(bench: ControlBench): Promise<void> {
  await bench.call(
    'createApp',
    { project_id: bench.projectId },
    { body: { name: 'web', image_reference: 'fake/good' } },
  );
}

test('a cron subscription is stored with its defaults, changed, listed, and says when its app is gone', async (t) => {
  const bench = await openControlBench(t);
  const project = { project_id: bench.projectId };
  const params = { ...project, name: 'tick' };
  await createWebApp(bench);
  const created = await bench.call('createSubscription', project, {
    body: { name: 'tick', type: 'cron', component: APP },
  });
  assert.deepEqual([created.cron_schedule, created.cron_time_zone, created.component_path], ['* * * * *', 'UTC', '/']);
  assert.equal(created.event_source, '/apis/v1/namespaces/default/pingsources/tick');
  assert.deepEqual([created.status, created.status_details?.reason], ['deploying', 'delivery_not_available']);

  const ifMatch = created.entity_tag;
  const change = { body: { cron_data: 'x', event_extensions: [{ name: 'tenant', value: 'blue' }] }, ifMatch };
  const changed = await bench.call('updateSubscription', params, change);
  assert.deepEqual([changed.cron_data, changed.event_extensions[0]?.value], ['x', 'blue']);
  const other = await bench.call('updateSubscription', params, { body: { cron_data_base64: 'eA==' }, ifMatch: '*' });
  assert.deepEqual([other.cron_data, other.cron_data_base64], [undefined, 'eA==']);
  const same = await bench.call('updateSubscription', params, { body: {}, ifMatch: other.entity_tag });
  assert.equal(same.entity_tag, other.entity_tag);

  await bench.call('deleteApp', { ...project, name: 'web' });
  await untilGone('the app', () => bench.call('getApp', { ...project, name: 'web' }));
  const orphan = await bench.call('getSubscription', params);
  assert.deepEqual([orphan.status, orphan.status_details?.reason], ['failed', 'destination_not_found']);
  await bench.call('deleteSubscription', params);
  await assert.rejects(bench.call('getSubscription', params), refusedWith('resource_not_found', /subscription "tick"/));
});

test('a Kafka subscription keeps its consumer group, and any secret with a user and a password serves', async (t) => {
  const bench = await openControlBench(t);
  const project = { project_id: bench.projectId };
  const params = { ...project, name: 'orders' };
  await createWebApp(bench);
  const withSecret = { ...KAFKA, kafka_secret: 'login' };
  const create = (query?: { force: boolean }) =>
    bench.call('createSubscription', project, { body: withSecret, ...(query && { query }) });
  await assert.rejects(create(), refusedWith('invalid_field', /no secret "login".*force/));
  const forced = await create({ force: true });
  assert.match(forced.kafka_consumer_group ?? '', /^knative-kafka-source-[0-9a-f-]{36}$/);
  assert.deepEqual([forced.status, forced.status_details?.reason], ['failed', 'secret_not_found']);

  await bench.call('createSecret', project, { body: { name: 'login', format: 'generic', data: { username: 'u' } } });
  const update = (body: object) => bench.call('updateSubscription', params, { body, ifMatch: '*' });
  await assert.rejects(update({ kafka_topics: ['paid'] }), refusedWith('invalid_field', /no key "password"/));
  const data = { username: 'u', password: 'hunter2' };
  await bench.call('replaceSecret', { ...project, name: 'login' }, { body: { format: 'generic', data }, ifMatch: '*' });
  const changed = await update({ kafka_topics: ['paid'] });
  assert.equal(changed.kafka_consumer_group, forced.kafka_consumer_group);
  assert.deepEqual([changed.status, changed.kafka_topics], ['deploying', ['paid']]);
  const lists = await Promise.all(
    (['kafka', 'cron'] as const).map((type) => bench.call('listSubscriptions', project, { query: { type } })),
  );
  assert.deepEqual(
    lists.map((list) => list.subscriptions.map(({ name }) => name)),
    [['orders'], []],
  );
  assert.equal(lists[0]?.first?.href?.endsWith('/subscriptions?type=kafka&limit=100'), true);
});

test('subscriptions: what is refused', async (t) => {
  const bench = await openControlBench(t);
  const project = { project_id: bench.projectId };
  const cron = { name: 'tick', type: 'cron', component: APP } as const;
  const create = (body: object, query = {}) =>
    bench.call('createSubscription', project, { body: { ...cron, ...body }, query });
  await assert.rejects(create({}), refusedWith('invalid_field', /component.name = "web".*there is no app/));
  await create({ name: 'early' }, { force: true });
  await createWebApp(bench);
  await assert.rejects(create({ name: 'Tick' }), refusedWith('invalid_field', /name = "Tick"/));
  await assert.rejects(create({ cron_schedule: 'noon' }), refusedWith('invalid_field', /cron_schedule/));
  const project_ = { name: 'web', resource_type: 'project_v2' };
  await assert.rejects(create({ component: project_ }, { force: true }), refusedWith('invalid_field', /function_v2/));
  const toFunction = { type: 'cos', cos_bucket: 'uploads', component: { name: 'f', resource_type: 'function_v2' } };
  await assert.rejects(create(toFunction), refusedWith('invalid_field', /allowed are app_v2, job_v2/));
  await create({});
  await assert.rejects(create({ ...KAFKA, name: 'tick' }), refusedWith('name_taken'));
  const params = { ...project, name: 'tick' };
  const stale = bench.call('updateSubscription', params, { body: {}, ifMatch: 'stale' });
  await assert.rejects(stale, refusedWith('entity_tag_mismatch'));
  const kafkaField = bench.call('updateSubscription', params, { body: { kafka_topics: ['a'] }, ifMatch: '*' });
  await assert.rejects(kafkaField, refusedWith('invalid_field', /type kafka/));
});

test('each type of subscriptions has a quota of its own', async (t) => {
  const bench = await openControlBench(t);
  const project = { project_id: bench.projectId };
  await createWebApp(bench);
  const create = (name: string) =>
    bench.call('createSubscription', project, { body: { name, type: 'cron', component: APP } });
  for (let number = 0; number < 100; number += 1) await create(`tick-${number}`);
  await assert.rejects(create('one-more'), refusedWith('quota_exceeded', /quota cron_subscriptions allows 100/));
  assert.equal((await bench.call('createSubscription', project, { body: KAFKA })).type, 'kafka');
});
