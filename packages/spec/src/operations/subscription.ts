/** Operations on subscriptions: ours, the public API has none. */
import { Type } from '../json-schema.ts';
import { P, PageQuery, type Operation } from '../operation.ts';
import { EmptyObject } from '../resources/platform.ts';
import { words } from '../resources/schema.ts';
import * as subscription from '../resources/subscription.ts';

const ForceQuery = Type.Object({
  force: Type.Optional(
    Type.Boolean({ default: false, description: 'Accept a destination and a secret that do not exist yet' }),
  ),
});

export const SUBSCRIPTION_OPERATIONS = {
  listSubscriptions: {
    method: 'GET',
    path: `${P}/subscriptions`,
    access: 'view',
    summary: 'List subscriptions',
    query: Type.Object({ type: Type.Optional(words(subscription.SUBSCRIPTION_TYPES)), ...PageQuery }),
    returns: subscription.SubscriptionList,
    status: 200,
  },
  createSubscription: {
    method: 'POST',
    path: `${P}/subscriptions`,
    access: 'change',
    summary: 'Create a subscription',
    query: ForceQuery,
    body: subscription.SubscriptionPrototype,
    returns: subscription.Subscription,
    status: 201,
  },
  getSubscription: {
    method: 'GET',
    path: `${P}/subscriptions/{name}`,
    access: 'view',
    summary: 'Get a subscription',
    returns: subscription.Subscription,
    status: 200,
  },
  updateSubscription: {
    method: 'PATCH',
    path: `${P}/subscriptions/{name}`,
    access: 'change',
    summary: 'Update a subscription',
    query: ForceQuery,
    body: subscription.SubscriptionPatch,
    bodyKind: 'merge-patch',
    ifMatch: true,
    returns: subscription.Subscription,
    status: 200,
  },
  deleteSubscription: {
    method: 'DELETE',
    path: `${P}/subscriptions/{name}`,
    access: 'change',
    summary: 'Delete a subscription',
    returns: EmptyObject,
    status: 202,
  },
} as const satisfies Record<string, Operation>;
