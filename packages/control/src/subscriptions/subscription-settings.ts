/** Everything a subscription can be told, complete. Pure. */
import {
  SUBSCRIPTION_DEFAULTS,
  type SubscriptionPatch,
  type SubscriptionPrototype,
  type SubscriptionType,
} from '@slipway/spec';
import type { SubscriptionSettings } from './subscription-record.ts';

export type GivenSettings = Omit<SubscriptionPrototype, 'name' | 'type'>;

export function completeSubscriptionSettings(
  type: SubscriptionType,
  given: GivenSettings,
  newConsumerGroup: () => string,
): SubscriptionSettings {
  const { component, event_extensions: extensions = [], ...rest } = given;
  const path = component.resource_type === 'job_v2' ? undefined : '/';
  const settings = { ...(path !== undefined && { component_path: path }), ...rest, component };
  return { ...defaultsOf(type, given, newConsumerGroup), ...settings, event_extensions: extensions };
}

function defaultsOf(
  type: SubscriptionType,
  given: GivenSettings,
  newConsumerGroup: () => string,
): Partial<SubscriptionSettings> {
  switch (type) {
    case 'cron':
      return {
        cron_schedule: SUBSCRIPTION_DEFAULTS.cronSchedule,
        cron_time_zone: SUBSCRIPTION_DEFAULTS.cronTimeZone,
      };
    case 'kafka':
      return given.kafka_consumer_group === undefined ? { kafka_consumer_group: newConsumerGroup() } : {};
    case 'cos':
      return { cos_event_type: SUBSCRIPTION_DEFAULTS.cosEventType };
  }
}

/**
 * What is left of the settings for a change. There is one data, however it is written, so a change of one form drops
 * the other; and a path is the destination's, so one of a job, which has none, leaves no path.
 */
export function subscriptionSettingsBefore(
  before: SubscriptionSettings,
  change: SubscriptionPatch,
): Partial<SubscriptionSettings> {
  const { cron_data: text, cron_data_base64: base64, component_path: path, ...kept } = before;
  const namesData = typeof change.cron_data === 'string' || typeof change.cron_data_base64 === 'string';
  const becomesJob = change.component?.resource_type === 'job_v2';
  return {
    ...kept,
    ...(!namesData && text !== undefined && { cron_data: text }),
    ...(!namesData && base64 !== undefined && { cron_data_base64: base64 }),
    ...(!becomesJob && path !== undefined && { component_path: path }),
  };
}
