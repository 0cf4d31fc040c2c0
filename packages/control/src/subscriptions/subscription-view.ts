/**
 * A stored subscription in the shape of the API. Nothing is delivered yet: a sound subscription is `deploying` and says
 * so, and what would keep it from working is said at once. Pure.
 */
import type { Subscription } from '@slipway/spec';
import type { PlatformFacts } from '../control.ts';
import type { ProjectRecord } from '../projects/project-record.ts';
import { projectHref } from '../projects/project-view.ts';
import type { SubscriptionRecord } from './subscription-record.ts';

type Standing = Required<Pick<Subscription, 'status' | 'status_details'>>;

export interface SubscriptionSight {
  readonly project: ProjectRecord;
  readonly subscription: SubscriptionRecord;
  readonly hasDestination: boolean;
  readonly hasSecret: boolean;
}

export function viewSubscription(sight: SubscriptionSight, facts: PlatformFacts): Subscription {
  const { project, subscription } = sight;
  const { settings, type } = subscription.spec;
  return {
    ...settings,
    ...standingOf(sight),
    id: subscription.id,
    name: subscription.name,
    project_id: project.id,
    region: facts.region,
    created_at: subscription.createdAt,
    href: `${projectHref(project.id, facts)}/subscriptions/${subscription.name}`,
    entity_tag: subscription.entityTag,
    type,
    event_source: eventSourceOf(sight),
    resource_type: 'subscription_v2',
  };
}

/** Source: Code Engine "CloudEvents": what its events name as their `source`; for Kafka each topic has its own. */
function eventSourceOf({ project, subscription }: SubscriptionSight): string {
  const { settings, type } = subscription.spec;
  const namespace = `/apis/v1/namespaces/${project.spec.subdomain}`;
  switch (type) {
    case 'cron':
      return `${namespace}/pingsources/${subscription.name}`;
    case 'kafka':
      return `${namespace}/kafkasources/${subscription.name}#${settings.kafka_topics?.join(',') ?? ''}`;
    case 'cos':
      return `https://cloud.ibm.com/catalog/services/cloud-object-storage/${settings.cos_bucket ?? ''}`;
  }
}

function standingOf({ subscription, hasDestination, hasSecret }: SubscriptionSight): Standing {
  const { component, kafka_secret: secret } = subscription.spec.settings;
  if (!hasDestination) {
    const message = `There is no destination "${component.name}" of type ${component.resource_type} in the project`;
    return { status: 'failed', status_details: { reason: 'destination_not_found', message } };
  }
  if (!hasSecret) {
    const message = `There is no secret "${secret ?? ''}" with the keys username and password in the project`;
    return { status: 'failed', status_details: { reason: 'secret_not_found', message } };
  }
  const message = 'The subscription is stored; this platform does not deliver events yet';
  return { status: 'deploying', status_details: { reason: 'delivery_not_available', message } };
}
