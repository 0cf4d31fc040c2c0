/**
 * Subscription: events of a source, delivered to an app, a job or a function. The public API has no operations on them,
 * only its command line has; the shape is ours, in the style of v2: one for all types, each field with the type it
 * belongs to as its first word. Which fields belong to which type is a rule of `control`.
 */
import { Type, type Static } from '../json-schema.ts';
import { SUBSCRIPTION_LIMITS } from '../limits.ts';
import { identityFields, listOf, words } from './schema.ts';
import { ComponentRef, ComponentRefPrototype } from './shared.ts';

export const SUBSCRIPTION_TYPES = ['cron', 'kafka', 'cos'] as const;
export type SubscriptionType = (typeof SUBSCRIPTION_TYPES)[number];
export const SUBSCRIPTION_STATUSES = ['ready', 'failed', 'deploying'] as const;
export const SUBSCRIPTION_REASONS = [
  'ready',
  'destination_not_found',
  'secret_not_found',
  'delivery_not_available',
] as const;
export const COS_EVENT_TYPES = ['all', 'write', 'delete'] as const;

const EventExtension = Type.Object({ name: Type.String(), value: Type.String() });
const EventExtensionPrototype = Type.Object(
  {
    name: Type.String({ minLength: 1, maxLength: SUBSCRIPTION_LIMITS.extensionNameLengthMax }),
    value: Type.String({ maxLength: SUBSCRIPTION_LIMITS.extensionValueLengthMax }),
  },
  { additionalProperties: false },
);

export const Subscription = Type.Object({
  ...identityFields,
  name: Type.String(),
  entity_tag: Type.String(),
  type: words(SUBSCRIPTION_TYPES),
  component: ComponentRef,
  component_path: Type.Optional(Type.String()),
  event_extensions: Type.Array(EventExtension),
  event_source: Type.Optional(Type.String({ description: 'The ce-source of its events' })),
  cron_schedule: Type.Optional(Type.String()),
  cron_time_zone: Type.Optional(Type.String()),
  cron_data: Type.Optional(Type.String()),
  cron_data_base64: Type.Optional(Type.String()),
  cron_content_type: Type.Optional(Type.String()),
  kafka_brokers: Type.Optional(Type.Array(Type.String())),
  kafka_topics: Type.Optional(Type.Array(Type.String())),
  kafka_consumer_group: Type.Optional(Type.String()),
  kafka_secret: Type.Optional(Type.String()),
  cos_bucket: Type.Optional(Type.String()),
  cos_prefix: Type.Optional(Type.String()),
  cos_suffix: Type.Optional(Type.String()),
  cos_event_type: Type.Optional(words(COS_EVENT_TYPES)),
  resource_type: Type.Optional(words(['subscription_v2'])),
  status: Type.Optional(words(SUBSCRIPTION_STATUSES)),
  status_details: Type.Optional(
    Type.Object({ reason: Type.Optional(words(SUBSCRIPTION_REASONS)), message: Type.Optional(Type.String()) }),
  ),
});
export type Subscription = Static<typeof Subscription>;
export const SubscriptionList = listOf('subscriptions', Subscription);
export type SubscriptionList = Static<typeof SubscriptionList>;

/** Base64 is a third longer than what it says. */
const DATA_LENGTH_MAX = SUBSCRIPTION_LIMITS.dataBytesMax * 2;
const Filter = Type.Optional(Type.String({ maxLength: SUBSCRIPTION_LIMITS.objectKeyBytesMax }));

const settings = {
  component_path: Type.Optional(Type.String({ maxLength: 2048 })),
  event_extensions: Type.Optional(Type.Array(EventExtensionPrototype, { maxItems: SUBSCRIPTION_LIMITS.extensionsMax })),
  cron_schedule: Type.Optional(Type.String({ maxLength: 256 })),
  cron_time_zone: Type.Optional(Type.String({ maxLength: 64 })),
  cron_data: Type.Optional(Type.String({ maxLength: DATA_LENGTH_MAX, 'x-sensitive': true })),
  cron_data_base64: Type.Optional(Type.String({ maxLength: DATA_LENGTH_MAX, 'x-sensitive': true })),
  cron_content_type: Type.Optional(Type.String({ maxLength: 256 })),
  kafka_brokers: Type.Optional(
    Type.Array(Type.String({ maxLength: 512 }), { maxItems: SUBSCRIPTION_LIMITS.brokersMax }),
  ),
  kafka_topics: Type.Optional(Type.Array(Type.String({ maxLength: 512 }), { maxItems: SUBSCRIPTION_LIMITS.topicsMax })),
  kafka_secret: Type.Optional(Type.String({ minLength: 1, maxLength: 253 })),
  cos_bucket: Type.Optional(Type.String({ maxLength: 253 })),
  cos_prefix: Filter,
  cos_suffix: Filter,
  cos_event_type: Type.Optional(words(COS_EVENT_TYPES)),
};

export const SubscriptionPrototype = Type.Object(
  {
    name: Type.String({ minLength: 1, maxLength: 63 }),
    type: words(SUBSCRIPTION_TYPES),
    component: ComponentRefPrototype,
    ...settings,
    kafka_consumer_group: Type.Optional(Type.String({ maxLength: 512 })),
  },
  { additionalProperties: false },
);
export type SubscriptionPrototype = Static<typeof SubscriptionPrototype>;

/** The type of a subscription and the consumer group of one never change. */
export const SubscriptionPatch = Type.Object(
  { component: Type.Optional(ComponentRefPrototype), ...settings },
  { additionalProperties: false },
);
export type SubscriptionPatch = Static<typeof SubscriptionPatch>;
