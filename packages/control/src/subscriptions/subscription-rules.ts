/** What a subscription may be told, beyond the schema: pure rules, asked in order. Event data is never shown. */
import { SUBSCRIPTION_LIMITS, SUBSCRIPTION_TYPES, type SubscriptionType } from '@slipway/spec';
import type { ComponentType } from '../components/component.ts';
import type { FieldProblem } from '../refuse.ts';
import type { SubscriptionSettings } from './subscription-record.ts';

/** Source: Code Engine "Subscriptions": functions take timers only. */
export const DESTINATIONS: Readonly<Record<SubscriptionType, readonly ComponentType[]>> = {
  cron: ['app_v2', 'job_v2', 'function_v2'],
  kafka: ['app_v2', 'job_v2'],
  cos: ['app_v2', 'job_v2'],
};

/** CloudEvents 1.0, "Context Attributes": what an extension may not be called. */
const EVENT_ATTRIBUTES: readonly string[] = [
  'data',
  'datacontenttype',
  'dataschema',
  'id',
  'source',
  'specversion',
  'subject',
  'time',
  'type',
];
/** CloudEvents 1.0, "Naming Conventions". */
const EXTENSION_NAME = /^[a-z0-9]+$/;
/** It travels in a header: RFC 9110, section 5.5. */
const HEADER_TEXT = /^[\t\x20-\x7e]*$/;
/** RFC 9110, section 8.3.1. */
const MEDIA_TYPE = /^[\w!#$&^.+-]+\/[\w!#$&^.+-]+(\s*;\s*[\w!#$&^.+-]+=([\w!#$&^.+-]+|"[^"\\]*"))*$/;
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;
const BROKER = /^[a-zA-Z0-9]([-.a-zA-Z0-9]*[a-zA-Z0-9])?:([1-9]\d{0,4})$/;
const PORT_MAX = 65_535;
/** Kafka's own rule for names of topics. */
const TOPIC = /^(?!\.{1,2}$)[-._a-zA-Z0-9]{1,249}$/;
const CONSUMER_GROUP = /^[\x21-\x7e]{1,255}$/;
const BUCKET = /^(?!.*\.\.)[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/;
const URL_PATH = /^\/[\x21\x24-\x7e]*$/;

type Rule = (settings: SubscriptionSettings, type: SubscriptionType) => FieldProblem | undefined;

const RULES: readonly Rule[] = [
  typeProblem,
  pathProblem,
  extensionsProblem,
  dataProblem,
  contentTypeProblem,
  brokersProblem,
  topicsProblem,
  consumerGroupProblem,
  bucketProblem,
  filterProblem,
];

export function subscriptionProblem(type: SubscriptionType, settings: SubscriptionSettings): FieldProblem | undefined {
  for (const rule of RULES) {
    const problem = rule(settings, type);
    if (problem) return problem;
  }
  return undefined;
}

function typeProblem(settings: SubscriptionSettings, type: SubscriptionType): FieldProblem | undefined {
  for (const other of SUBSCRIPTION_TYPES.filter((candidate) => candidate !== type)) {
    const field = Object.keys(settings).find((name) => name.startsWith(`${other}_`));
    const rule = `it belongs to subscriptions of type ${other}, this one is of type ${type}`;
    if (field !== undefined) return { field, value: 'given', rule, fix: 'Leave it out' };
  }
  return undefined;
}

function pathProblem({ component, component_path: value }: SubscriptionSettings): FieldProblem | undefined {
  const field = 'component_path';
  if (value === undefined) return undefined;
  if (component.resource_type === 'job_v2') {
    const rule = 'a job has no address: each event runs it once';
    return { field, value, rule, fix: 'Leave it out' };
  }
  if (URL_PATH.test(value)) return undefined;
  return { field, value, rule: 'it is no path from the root', fix: 'Write one like /events' };
}

function extensionsProblem({ event_extensions: extensions }: SubscriptionSettings): FieldProblem | undefined {
  const field = 'event_extensions';
  const names = new Set<string>();
  for (const { name, value } of extensions) {
    if (!EXTENSION_NAME.test(name)) {
      const rule = 'an extension is named by lower-case letters and digits only';
      return { field, value: name, rule, fix: 'Take a name like tenant or traceid' };
    }
    if (EVENT_ATTRIBUTES.includes(name)) {
      return { field, value: name, rule: 'each event has an attribute of this name', fix: 'Take another name' };
    }
    if (names.has(name)) return { field, value: name, rule: 'the name is there twice', fix: 'Name it once' };
    if (!HEADER_TEXT.test(value)) {
      const rule = 'the value travels in a header, which takes printable ASCII characters only';
      return { field, value: name, rule, fix: 'Encode it, e.g. as base64' };
    }
    names.add(name);
  }
  return undefined;
}

function dataProblem(settings: SubscriptionSettings): FieldProblem | undefined {
  const { cron_data: text, cron_data_base64: base64 } = settings;
  if (text !== undefined && base64 !== undefined) {
    const rule = 'cron_data is given too, and an event has one data';
    return { field: 'cron_data_base64', value: 'given', rule, fix: 'Leave one of them out' };
  }
  if (base64 !== undefined && !BASE64.test(base64)) {
    const rule = 'it is not base64';
    return { field: 'cron_data_base64', value: `${base64.length} characters`, rule, fix: 'Encode the data anew' };
  }
  const bytes = Buffer.byteLength(base64 ?? text ?? '', base64 === undefined ? 'utf8' : 'base64');
  if (bytes <= SUBSCRIPTION_LIMITS.dataBytesMax) return undefined;
  const field = base64 === undefined ? 'cron_data' : 'cron_data_base64';
  const rule = `the data of an event may have ${SUBSCRIPTION_LIMITS.dataBytesMax} bytes`;
  return { field, value: `${bytes} bytes`, rule, fix: 'Shorten it, or send where the data is' };
}

function contentTypeProblem(settings: SubscriptionSettings): FieldProblem | undefined {
  const { cron_content_type: value, cron_data: text } = settings;
  const field = 'cron_content_type';
  if (value === undefined) return undefined;
  if (!MEDIA_TYPE.test(value)) {
    return { field, value, rule: 'it is no media type', fix: 'Write one like application/json' };
  }
  if (text === undefined || !/^application\/json\s*(;|$)/i.test(value) || isJson(text)) return undefined;
  return { field, value, rule: 'cron_data is not JSON', fix: 'Correct the data, or take text/plain' };
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    // The parser's message quotes the data, and whoever sent it has it.
    return false;
  }
}

function brokersProblem({ kafka_brokers: brokers }: SubscriptionSettings, type: SubscriptionType) {
  const field = 'kafka_brokers';
  const fix = 'Write host and port, e.g. broker-0.example.com:9093';
  if (type === 'kafka' && !brokers?.length)
    return { field, value: brokers ?? null, rule: 'at least one is needed', fix };
  const value = brokers?.find((broker) => Number(BROKER.exec(broker)?.[2] ?? PORT_MAX + 1) > PORT_MAX);
  return value === undefined ? undefined : { field, value, rule: 'a broker is a host and a port', fix };
}

function topicsProblem({ kafka_topics: topics }: SubscriptionSettings, type: SubscriptionType) {
  const field = 'kafka_topics';
  const fix = 'Write names like orders';
  if (type === 'kafka' && !topics?.length) return { field, value: topics ?? null, rule: 'at least one is needed', fix };
  const value = topics?.find((topic) => !TOPIC.test(topic));
  const rule = 'a topic has letters, digits, ".", "_" and "-", at most 249 of them';
  return value === undefined ? undefined : { field, value, rule, fix };
}

function consumerGroupProblem({ kafka_consumer_group: value }: SubscriptionSettings): FieldProblem | undefined {
  if (value === undefined || CONSUMER_GROUP.test(value)) return undefined;
  const rule = 'a consumer group has 1 to 255 printable ASCII characters without spaces';
  return { field: 'kafka_consumer_group', value, rule, fix: 'Take another one, or leave it out' };
}

function bucketProblem({ cos_bucket: value }: SubscriptionSettings, type: SubscriptionType): FieldProblem | undefined {
  if (type !== 'cos' || (value !== undefined && BUCKET.test(value))) return undefined;
  const rule = 'a bucket has 3 to 63 lower-case letters, digits, dots and "-"';
  return {
    field: 'cos_bucket',
    value: value ?? null,
    rule,
    fix: 'Write the name of the bucket alone, e.g. uploads-eu',
  };
}

function filterProblem(settings: SubscriptionSettings): FieldProblem | undefined {
  for (const field of ['cos_prefix', 'cos_suffix'] as const) {
    const bytes = Buffer.byteLength(settings[field] ?? '');
    const rule = `names of objects have at most ${SUBSCRIPTION_LIMITS.objectKeyBytesMax} bytes`;
    if (bytes > SUBSCRIPTION_LIMITS.objectKeyBytesMax)
      return { field, value: `${bytes} bytes`, rule, fix: 'Shorten it' };
  }
  return undefined;
}
