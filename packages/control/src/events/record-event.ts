/** Events of an app, a build run or a domain mapping: what happened, said once, for the owner. Stored, and bounded for each. */
import type { EngineEvent } from '@slipway/engine';
import { EVENTS_PER_APP_MAX } from '@slipway/spec';
import type { ControlContext } from '../control-context.ts';
import { newResourceId } from '../resource-id.ts';
import type { EventSubject } from '../store.ts';

export interface EventContent {
  readonly severity: 'normal' | 'warning';
  readonly reason: string;
  readonly message: string;
  readonly revisionName?: string;
  readonly instanceName?: string;
}

type EventParts = Pick<ControlContext, 'store' | 'clock' | 'randomText'>;

/** An event of an app that the control plane itself has to tell. */
export async function recordEvent(
  context: EventParts,
  { projectId, name }: { readonly projectId: string; readonly name: string },
  content: EventContent,
): Promise<void> {
  await append(context, { kind: 'app', projectId, name, at: context.clock.now().toISOString(), content });
}

export async function recordBuildRunEvent(
  context: EventParts,
  { projectId, name }: { readonly projectId: string; readonly name: string },
  content: EventContent,
): Promise<void> {
  await append(context, { kind: 'build_run', projectId, name, at: context.clock.now().toISOString(), content });
}

export async function recordDomainMappingEvent(
  context: EventParts,
  { projectId, name }: { readonly projectId: string; readonly name: string },
  content: EventContent,
): Promise<void> {
  await append(context, { kind: 'domain_mapping', projectId, name, at: context.clock.now().toISOString(), content });
}

/** An event that the engine signalled; one of an app that is gone is dropped. */
export async function recordEngineEvent(context: EventParts, event: EngineEvent): Promise<void> {
  const { projectId, appName: name, at, ...content } = event;
  if (!(await context.store.get({ kind: 'app', projectId, name }))) return;
  await append(context, { kind: 'app', projectId, name, at, content });
}

async function append(
  { randomText, store }: EventParts,
  event: EventSubject & { readonly at: string; readonly content: EventContent },
): Promise<void> {
  const { revisionName = '' } = event.content;
  await store.appendEvent({ id: newResourceId(randomText), revisionName, ...event }, EVENTS_PER_APP_MAX);
}
