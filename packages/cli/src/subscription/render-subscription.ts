/** Subscriptions as text. Pure. */
import type { Subscription } from '@slipway/spec';
import { ageOf } from '../output/age-of.ts';
import { renderFields, renderTable } from '../output/text-table.ts';

const SOURCE_HEADINGS = { cron: 'Schedule', kafka: 'Topics', cos: 'Bucket' } as const;

export function renderSubscriptionList(
  type: Subscription['type'],
  subscriptions: readonly Subscription[],
  nowMs: number,
): string {
  const rows = subscriptions.map((subscription) => [
    subscription.name,
    ageOf(subscription.created_at, nowMs),
    isReady(subscription),
    destinationOf(subscription),
    sourceOf(subscription),
  ]);
  return renderTable(['Name', 'Age', 'Ready', 'Destination', SOURCE_HEADINGS[type]], rows);
}

export function renderSubscription(subscription: Subscription, nowMs: number): string {
  return renderFields([
    ['Name', subscription.name],
    ['ID', subscription.id],
    ['Age', ageOf(subscription.created_at, nowMs)],
    ['Created', subscription.created_at],
    ['Ready', isReady(subscription)],
    ['Reason', subscription.status_details?.message ?? subscription.status_details?.reason],
    ['Destination', destinationOf(subscription)],
    ['Path', subscription.component_path],
    ['Schedule', subscription.cron_schedule],
    ['Time Zone', subscription.cron_time_zone],
    ['Content Type', subscription.cron_content_type],
    ['Data', subscription.cron_data],
    ['Data Base64', subscription.cron_data_base64],
    ['Brokers', subscription.kafka_brokers?.join(', ')],
    ['Topics', subscription.kafka_topics?.join(', ')],
    ['Consumer Group', subscription.kafka_consumer_group],
    ['Secret', subscription.kafka_secret],
    ['Bucket', subscription.cos_bucket],
    ['Prefix', subscription.cos_prefix],
    ['Suffix', subscription.cos_suffix],
    ['Event Type', subscription.cos_event_type],
    ['Extensions', subscription.event_extensions.map(({ name, value }) => `${name}=${value}`).join(', ')],
  ]);
}

function isReady({ status }: Subscription): string {
  return String(status === 'ready');
}

/** `App:web`. */
function destinationOf({ component }: Subscription): string {
  const type = component.resource_type.replace(/_v\d+$/, '');
  return `${type.charAt(0).toUpperCase()}${type.slice(1)}:${component.name}`;
}

function sourceOf(subscription: Subscription): string {
  switch (subscription.type) {
    case 'cron':
      return `${subscription.cron_schedule ?? ''} (${subscription.cron_time_zone ?? ''})`;
    case 'kafka':
      return subscription.kafka_topics?.join(', ') ?? '';
    case 'cos':
      return subscription.cos_bucket ?? '';
  }
}
