/**
 * Where the instances of a project may connect to. Every project begins with one destination that allows everything, as
 * in the public cloud; its owner may delete it, and with none left nothing outside is reached.
 */
import { ALL_ADDRESSES, outboundRulesFor, type OutboundRules } from '@slipway/engine';
import { changeSpec } from '../change-spec.ts';
import type { ControlContext } from '../control-context.ts';
import { projectFrom, projectKey, type ProjectRecord, type ProjectSpec } from '../projects/project-record.ts';
import { newResourceId } from '../resource-id.ts';
import { walkStore } from '../walk-store.ts';
import {
  allowedOutboundDestinationFrom,
  allowedOutboundDestinationKey,
} from './allowed-outbound-destination-record.ts';

const DEFAULT_DESTINATION = 'allow-all';

export interface ProjectOutbound {
  /** All ranges that its destinations name. */
  readonly destinations: readonly string[];
  readonly rules: OutboundRules;
}

/** Bounded by the quota. */
export async function readOutbound(
  { facts, store }: Pick<ControlContext, 'facts' | 'store'>,
  project: ProjectRecord,
): Promise<ProjectOutbound> {
  // One from before destinations had an effect is open until it got its first destination.
  const destinations = project.spec.hasOutboundDefault ? [] : [ALL_ADDRESSES];
  for await (const stored of walkStore(store, { kind: 'allowed_outbound_destination', projectId: project.id })) {
    const { spec } = allowedOutboundDestinationFrom(stored);
    if (spec.type === 'cidr_block') destinations.push(spec.cidr_block);
  }
  const open = { projectId: project.id, ranges: facts.openRanges };
  return { destinations, rules: outboundRulesFor(destinations, open) };
}

/** Gives the project its first destination, once in its life. */
export function ensureOutboundDefault(context: ControlContext, projectId: string): Promise<void> {
  const { store } = context;
  return context.turns.take(`${projectId}/outbound`, async () => {
    const stored = await store.get(projectKey(projectId));
    if (!stored || projectFrom(stored).spec.hasOutboundDefault) return;
    const key = allowedOutboundDestinationKey(projectId, DEFAULT_DESTINATION);
    const spec = { type: 'cidr_block', cidr_block: ALL_ADDRESSES };
    await store.insert({ ...key, id: newResourceId(context.randomText), owner: '', spec, status: {} });
    await changeSpec<ProjectSpec>(store, projectKey(projectId), {
      ifMatch: '*',
      decide: (project) => ({ ...projectFrom(project).spec, hasOutboundDefault: true }),
    });
  });
}
