import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { SubscriptionType } from '@slipway/spec';
import { scheduleProblem } from './cron-schedule.ts';
import { subscriptionProblem } from './subscription-rules.ts';
import { completeSubscriptionSettings, type GivenSettings } from './subscription-settings.ts';

const APP = { name: 'web', resource_type: 'app_v2' };
const SOUND: Readonly<Record<SubscriptionType, GivenSettings>> = {
  cron: { component: APP },
  kafka: { component: APP, kafka_brokers: ['broker-0.example.com:9093'], kafka_topics: ['orders'] },
  cos: { component: APP, cos_bucket: 'uploads-eu' },
};

function complete(type: SubscriptionType, change: Partial<GivenSettings> = {}) {
  return completeSubscriptionSettings(type, { ...SOUND[type], ...change }, () => 'group-1');
}

test('completeSubscriptionSettings() fills what the public command line documents, and nothing of other types', () => {
  const common = { component: APP, component_path: '/', event_extensions: [] };
  assert.deepEqual(complete('cron'), { ...common, cron_schedule: '* * * * *', cron_time_zone: 'UTC' });
  const kafka = { kafka_brokers: ['broker-0.example.com:9093'], kafka_topics: ['orders'] };
  assert.deepEqual(complete('kafka'), { ...common, ...kafka, kafka_consumer_group: 'group-1' });
  assert.deepEqual(complete('cos'), { ...common, cos_bucket: 'uploads-eu', cos_event_type: 'all' });
  const job = { name: 'nightly', resource_type: 'job_v2' };
  assert.equal('component_path' in complete('cron', { component: job }), false);
});

test('subscriptionProblem() finds nothing wrong with sound settings of each type', () => {
  for (const type of ['cron', 'kafka', 'cos'] as const)
    assert.equal(subscriptionProblem(type, complete(type)), undefined);
  const all = {
    component_path: '/events?kind=tick',
    event_extensions: [{ name: 'tenant', value: 'blue one' }],
    cron_data: '{"a":1}',
    cron_content_type: 'application/json; charset=utf-8',
  };
  assert.equal(subscriptionProblem('cron', complete('cron', all)), undefined);
});

const REFUSED: readonly (readonly [
  type: SubscriptionType,
  change: Partial<GivenSettings>,
  field: string,
  rule: RegExp,
])[] = [
  ['cron', { cos_prefix: 'a' }, 'cos_prefix', /type cos, this one is of type cron/],
  ['cos', { cron_data: 'a' }, 'cron_data', /type cron/],
  ['cron', { component_path: 'events' }, 'component_path', /no path/],
  ['cron', { component_path: '/a b' }, 'component_path', /no path/],
  ['cron', { component: { name: 'j', resource_type: 'job_v2' }, component_path: '/a' }, 'component_path', /a job/],
  ['cron', { event_extensions: [{ name: 'Tenant', value: '' }] }, 'event_extensions', /lower-case/],
  ['cron', { event_extensions: [{ name: 'my-key', value: '' }] }, 'event_extensions', /lower-case/],
  ['cron', { event_extensions: [{ name: 'subject', value: '' }] }, 'event_extensions', /attribute/],
  ['cron', { event_extensions: [{ name: 'a', value: 'x\r\ny: z' }] }, 'event_extensions', /header/],
  [
    'cron',
    {
      event_extensions: [
        { name: 'a', value: '1' },
        { name: 'a', value: '2' },
      ],
    },
    'event_extensions',
    /twice/,
  ],
  ['cron', { cron_data: 'a', cron_data_base64: 'YQ==' }, 'cron_data_base64', /one data/],
  ['cron', { cron_data_base64: 'hunter2!' }, 'cron_data_base64', /not base64/],
  ['cron', { cron_data: 'ä'.repeat(2049) }, 'cron_data', /4096 bytes/],
  ['cron', { cron_data_base64: Buffer.alloc(4097).toString('base64') }, 'cron_data_base64', /4096 bytes/],
  ['cron', { cron_content_type: 'json' }, 'cron_content_type', /media type/],
  ['cron', { cron_content_type: 'application/json', cron_data: '{' }, 'cron_content_type', /not JSON/],
  ['kafka', { kafka_brokers: [] }, 'kafka_brokers', /at least one/],
  ['kafka', { kafka_brokers: ['broker'] }, 'kafka_brokers', /host and a port/],
  ['kafka', { kafka_brokers: ['broker:70000'] }, 'kafka_brokers', /host and a port/],
  ['kafka', { kafka_topics: ['a b'] }, 'kafka_topics', /a topic/],
  ['kafka', { kafka_topics: ['..'] }, 'kafka_topics', /a topic/],
  ['kafka', { kafka_consumer_group: 'a group' }, 'kafka_consumer_group', /without spaces/],
  ['cos', { cos_bucket: 'No' }, 'cos_bucket', /a bucket/],
  ['cos', { cos_prefix: 'ä'.repeat(513) }, 'cos_prefix', /1024 bytes/],
];

test('subscriptionProblem() names the field and the rule of what cannot be, and never shows data', () => {
  for (const [type, change, field, rule] of REFUSED) {
    const problem = subscriptionProblem(type, complete(type, change));
    assert.equal(problem?.field, field, JSON.stringify(change).slice(0, 100));
    assert.match(problem.rule, rule);
    assert.doesNotMatch(JSON.stringify(problem), /hunter2/);
  }
});

test('scheduleProblem() takes five fields in a zone that exists, and a day that comes', async () => {
  const problemOf = (change: Partial<GivenSettings>) => scheduleProblem(complete('cron', change));
  for (const good of ['* * * * *', '*/5 8-18 * * MON-FRI', '0 0 29 2 *', '@daily']) {
    assert.equal(await problemOf({ cron_schedule: good, cron_time_zone: 'Europe/Berlin' }), undefined, good);
  }
  for (const bad of ['', '* * * *', '* * * * * *', '60 * * * *', 'noon', '@reboot', '@every 1h']) {
    assert.match((await problemOf({ cron_schedule: bad }))?.rule ?? '', /it is no schedule/, bad);
  }
  assert.match((await problemOf({ cron_schedule: '0 0 31 2 *' }))?.rule ?? '', /no such day/);
  for (const bad of ['Mars/Phobos', '+01:00', '']) {
    assert.equal((await problemOf({ cron_time_zone: bad }))?.field, 'cron_time_zone', bad);
  }
  assert.equal(await scheduleProblem(complete('kafka')), undefined);
});
