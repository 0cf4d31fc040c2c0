/** Operations on allowed outbound destinations. The type of one never changes. */
import { isDeepStrictEqual } from 'node:util';
import type { AllowedOutboundDestination, AllowedOutboundDestinationPrototype } from '@slipway/spec';
import { changeSpec, requireIfMatch } from '../change-spec.ts';
import type { Call, OperationHandlers } from '../control.ts';
import type { ControlContext } from '../control-context.ts';
import { createInProject } from '../create-in-project.ts';
import { listInProject } from '../list-in-project.ts';
import { mergePatch } from '../merge-patch.ts';
import { namedProblem } from '../name-rule.ts';
import { requireOpenProject, requireProject } from '../projects/project-record.ts';
import { requireQuota } from '../quotas/quota-use.ts';
import { notFound, refuseProblem, type FieldProblem } from '../refuse.ts';
import { walkStore } from '../walk-store.ts';
import {
  allowedOutboundDestinationFrom,
  allowedOutboundDestinationKey,
  requireAllowedOutboundDestination,
  type AllowedOutboundDestinationRecord,
  type AllowedOutboundDestinationSpec,
} from './allowed-outbound-destination-record.ts';
import { outboundProblem, outboundSpec, type OutboundScene } from './allowed-outbound-destination-rules.ts';
import { viewAllowedOutboundDestination } from './allowed-outbound-destination-view.ts';

type AllowedOutboundDestinationOperations =
  | 'listAllowedOutboundDestinations'
  | 'createAllowedOutboundDestination'
  | 'getAllowedOutboundDestination'
  | 'updateAllowedOutboundDestination'
  | 'deleteAllowedOutboundDestination';

const KIND = 'allowed outbound destination';

export function allowedOutboundDestinationOperations(
  context: ControlContext,
): Pick<OperationHandlers, AllowedOutboundDestinationOperations> {
  const { store } = context;
  return {
    listAllowedOutboundDestinations: async ({ params, query }) => {
      const { items, ...page } = await listInProject(context, {
        kind: 'allowed_outbound_destination',
        projectId: params.project_id,
        query,
        path: 'allowed_outbound_destinations',
        toItem: (row) => viewAllowedOutboundDestination(context, allowedOutboundDestinationFrom(row)),
      });
      return { allowed_outbound_destinations: items, ...page };
    },
    createAllowedOutboundDestination: (call) => create(context, call),
    getAllowedOutboundDestination: async ({ params }) => {
      const project = await requireProject(store, params.project_id);
      return viewAllowedOutboundDestination(
        context,
        await requireAllowedOutboundDestination(store, project.id, params.name),
      );
    },
    updateAllowedOutboundDestination: (call) => update(context, call),
    deleteAllowedOutboundDestination: async ({ params }) => {
      const project = await requireProject(store, params.project_id);
      const isDeleted = await store.delete(allowedOutboundDestinationKey(project.id, params.name));
      if (!isDeleted) throw notFound(KIND, params.name);
      await putInEffect(context, project.id);
      return {};
    },
  };
}

async function create(
  context: ControlContext,
  { params, body }: Call<'createAllowedOutboundDestination'>,
): Promise<AllowedOutboundDestination> {
  const { name, ...given } = body;
  const project = await requireOpenProject(context.store, params.project_id);
  const key = allowedOutboundDestinationKey(project.id, name);
  // One turn around all: what the others cover must not change between the look at them and the insert.
  const created = await context.turns.take(`${project.id}/outbound`, async () => {
    const scene = await readScene(context, project.id, name);
    refuseProblem(namedProblem('allowed_outbound_destination', name) ?? outboundProblem(given, scene));
    if (given.type === 'private_path_service_gateway') await requireQuota(context, key, 'privatePathDestinations');
    const quota = 'allowedOutboundDestinations';
    return await createInProject(context, { key, quota, specFor: () => outboundSpec(given) });
  });
  await putInEffect(context, project.id);
  return viewAllowedOutboundDestination(context, allowedOutboundDestinationFrom(created));
}

async function update(
  context: ControlContext,
  { params, body, ifMatch }: Call<'updateAllowedOutboundDestination'>,
): Promise<AllowedOutboundDestination> {
  const { store } = context;
  const project = await requireOpenProject(store, params.project_id);
  const key = allowedOutboundDestinationKey(project.id, params.name);
  await requireAllowedOutboundDestination(store, project.id, params.name);
  const scene = await readScene(context, project.id, params.name);
  const changed = await changeSpec<AllowedOutboundDestinationSpec>(store, key, {
    ifMatch: requireIfMatch(ifMatch, key),
    decide: (stored) => {
      const { spec } = allowedOutboundDestinationFrom(stored);
      refuseProblem(typeChangeProblem(spec.type, body.type));
      const given = mergePatch(spec, body) as AllowedOutboundDestinationPrototype;
      refuseProblem(outboundProblem(given, scene));
      const next = outboundSpec(given);
      return isDeepStrictEqual(spec, next) ? undefined : next;
    },
  });
  if (!changed) throw notFound(KIND, params.name);
  await putInEffect(context, project.id);
  return viewAllowedOutboundDestination(context, allowedOutboundDestinationFrom(changed));
}

/** Running instances keep to it when this returns. What fails now is tried again, and shows as `deploying`. */
async function putInEffect({ activate, log, projectDeclarer }: ControlContext, projectId: string): Promise<void> {
  try {
    await projectDeclarer.declare(projectId);
  } catch (error) {
    log.warn('The outbound destinations of a project cannot be put into effect', { projectId, error });
    activate({ kind: 'project', projectId, name: projectId });
  }
}

/** Clients of the public API send the type with every change. */
function typeChangeProblem(type: string, asked: string | null | undefined): FieldProblem | undefined {
  if (asked === undefined || asked === type) return undefined;
  const fix = 'Keep the type, or create another destination';
  return { field: 'type', value: asked, rule: `the destination has type ${type}, for life`, fix };
}

/** Bounded by the quota. */
async function readScene({ facts, store }: ControlContext, projectId: string, name: string): Promise<OutboundScene> {
  const others: AllowedOutboundDestinationRecord[] = [];
  for await (const stored of walkStore(store, { kind: 'allowed_outbound_destination', projectId })) {
    if (stored.name !== name) others.push(allowedOutboundDestinationFrom(stored));
  }
  return { projectId, others, openRanges: facts.openRanges };
}
