/** Operations on subscriptions: checked and stored. The type of one and the consumer group of one never change. */
import { isDeepStrictEqual } from 'node:util';
import type { Subscription, SubscriptionPatch, SubscriptionType } from '@slipway/spec';
import { changeSpec, requireIfMatch } from '../change-spec.ts';
import { componentKey, requireComponent } from '../components/component.ts';
import type { Call, OperationHandlers } from '../control.ts';
import type { ControlContext } from '../control-context.ts';
import { createInProject } from '../create-in-project.ts';
import { listInProject } from '../list-in-project.ts';
import { mergePatch } from '../merge-patch.ts';
import { namedProblem } from '../name-rule.ts';
import { requireOpenProject, requireProject, type ProjectRecord } from '../projects/project-record.ts';
import { brokenReference, requireReferences } from '../references/check-references.ts';
import type { ResourceReference } from '../references/resource-reference.ts';
import { notFound, refuseProblem } from '../refuse.ts';
import { newResourceId } from '../resource-id.ts';
import type { StoredResource } from '../store.ts';
import { scheduleProblem } from './cron-schedule.ts';
import {
  requireSubscription,
  subscriptionFrom,
  subscriptionKey,
  type SubscriptionSettings,
  type SubscriptionSpec,
} from './subscription-record.ts';
import { DESTINATIONS, subscriptionProblem } from './subscription-rules.ts';
import {
  completeSubscriptionSettings,
  subscriptionSettingsBefore,
  type GivenSettings,
} from './subscription-settings.ts';
import { viewSubscription } from './subscription-view.ts';

type SubscriptionOperations =
  | 'listSubscriptions'
  | 'createSubscription'
  | 'getSubscription'
  | 'updateSubscription'
  | 'deleteSubscription';

const QUOTAS = { cron: 'cronSubscriptions', kafka: 'kafkaSubscriptions', cos: 'cosSubscriptions' } as const;

export function subscriptionOperations(context: ControlContext): Pick<OperationHandlers, SubscriptionOperations> {
  const { store } = context;
  return {
    listSubscriptions: async ({ params, query }) => {
      const { items, ...page } = await listInProject(context, {
        kind: 'subscription',
        projectId: params.project_id,
        query,
        path: 'subscriptions',
        ...(query.type !== undefined && { filter: { name: 'type', owner: query.type } }),
        toItem: (row, project) => show(context, project, row),
      });
      return { subscriptions: await Promise.all(items), ...page };
    },
    createSubscription: (call) => createSubscription(context, call),
    getSubscription: async ({ params }) => {
      const project = await requireProject(store, params.project_id);
      return show(context, project, await requireSubscription(store, project.id, params.name));
    },
    updateSubscription: (call) => updateSubscription(context, call),
    deleteSubscription: async ({ params }) => {
      const project = await requireProject(store, params.project_id);
      const isDeleted = await store.delete(subscriptionKey(project.id, params.name));
      if (!isDeleted) throw notFound('subscription', params.name);
      return {};
    },
  };
}

async function createSubscription(
  context: ControlContext,
  { params, query, body }: Call<'createSubscription'>,
): Promise<Subscription> {
  const { name, type, ...given } = body;
  const project = await requireOpenProject(context.store, params.project_id);
  refuseProblem(namedProblem('subscription', name));
  const settings = completeSettings(context, type, given);
  await requireSound(context, { projectId: project.id, type, settings, force: query.force });
  const spec: SubscriptionSpec = { type, settings };
  const created = await createInProject(context, {
    key: subscriptionKey(project.id, name),
    quota: QUOTAS[type],
    owner: type,
    quotaOwner: type,
    specFor: () => spec,
  });
  return show(context, project, created);
}

async function updateSubscription(
  context: ControlContext,
  { params, query, body, ifMatch }: Call<'updateSubscription'>,
): Promise<Subscription> {
  const { store } = context;
  const project = await requireOpenProject(store, params.project_id);
  const key = subscriptionKey(project.id, params.name);
  const { type, settings: before } = (await requireSubscription(store, project.id, params.name)).spec;
  const change = (stored: SubscriptionSettings) => changedSettings(context, { type, before: stored, patch: body });
  await requireSound(context, { projectId: project.id, type, settings: change(before), force: query.force });
  const changed = await changeSpec<SubscriptionSpec>(store, key, {
    ifMatch: requireIfMatch(ifMatch, key),
    decide: (stored) => {
      const { spec } = subscriptionFrom(stored);
      const settings = change(spec.settings);
      refuseProblem(subscriptionProblem(spec.type, settings));
      return isDeepStrictEqual(spec.settings, settings) ? undefined : { ...spec, settings };
    },
  });
  if (!changed) throw notFound('subscription', params.name);
  return show(context, project, changed);
}

function changedSettings(
  context: ControlContext,
  {
    type,
    before,
    patch,
  }: { readonly type: SubscriptionType; readonly before: SubscriptionSettings; readonly patch: SubscriptionPatch },
): SubscriptionSettings {
  const given = mergePatch(subscriptionSettingsBefore(before, patch), patch) as GivenSettings;
  return completeSettings(context, type, { ...given, component: patch.component ?? before.component });
}

function completeSettings(
  { randomText }: ControlContext,
  type: SubscriptionType,
  given: GivenSettings,
): SubscriptionSettings {
  return completeSubscriptionSettings(type, given, () => `knative-kafka-source-${newResourceId(randomText)}`);
}

async function requireSound(
  { store }: ControlContext,
  wanted: SubscriptionSpec & { readonly projectId: string; readonly force: boolean | undefined },
): Promise<void> {
  const { projectId, type, settings, force } = wanted;
  refuseProblem(subscriptionProblem(type, settings));
  refuseProblem(await scheduleProblem(settings));
  await requireComponent(store, projectId, {
    component: settings.component,
    allowed: DESTINATIONS[type],
    force,
  });
  await requireReferences(store, projectId, { wanted: referencesOf(settings), force: force ?? false });
}

/** Any secret that has a user and a password serves, whatever its format. */
function referencesOf({ kafka_secret: name }: SubscriptionSettings): readonly ResourceReference[] {
  if (name === undefined) return [];
  return ['username', 'password'].map((key) => ({ kind: 'secret', name, key, field: 'kafka_secret' }) as const);
}

async function show(context: ControlContext, project: ProjectRecord, row: StoredResource): Promise<Subscription> {
  const { facts, store } = context;
  const subscription = subscriptionFrom(row);
  const { settings } = subscription.spec;
  const key = componentKey(project.id, settings.component);
  const hasDestination = key !== undefined && (await store.get(key)) !== undefined;
  let hasSecret = true;
  for (const reference of referencesOf(settings)) {
    const { kind, name } = reference;
    const found = await store.get({ kind, projectId: project.id, name });
    if (brokenReference(reference, found) !== undefined) hasSecret = false;
  }
  return viewSubscription({ project, subscription, hasDestination, hasSecret }, facts);
}
