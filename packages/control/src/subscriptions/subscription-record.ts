/** A subscription as it is stored. Its owner is its type, so that each type is listed and counted by itself. */
import type { ComponentRef, Subscription, SubscriptionType } from '@slipway/spec';
import { notFound } from '../refuse.ts';
import type { ResourceKey, Store, StoredResource } from '../store.ts';

type CronField = 'cron_schedule' | 'cron_time_zone' | 'cron_data' | 'cron_data_base64' | 'cron_content_type';
type KafkaField = 'kafka_brokers' | 'kafka_topics' | 'kafka_consumer_group' | 'kafka_secret';
type CosField = 'cos_bucket' | 'cos_prefix' | 'cos_suffix' | 'cos_event_type';

/** Complete: what the caller left out has its documented default. */
export interface SubscriptionSettings extends Readonly<Pick<Subscription, CronField | KafkaField | CosField>> {
  readonly component: ComponentRef;
  readonly component_path?: string;
  readonly event_extensions: Subscription['event_extensions'];
}

export interface SubscriptionSpec {
  readonly type: SubscriptionType;
  readonly settings: SubscriptionSettings;
}

export interface SubscriptionRecord extends StoredResource {
  readonly spec: SubscriptionSpec;
}

export function subscriptionKey(projectId: string, name: string): ResourceKey {
  return { kind: 'subscription', projectId, name };
}

export function subscriptionFrom(stored: StoredResource): SubscriptionRecord {
  return { ...stored, spec: stored.spec as SubscriptionSpec };
}

export async function requireSubscription(store: Store, projectId: string, name: string): Promise<SubscriptionRecord> {
  const stored = await store.get(subscriptionKey(projectId, name));
  if (!stored) throw notFound('subscription', name);
  return subscriptionFrom(stored);
}
