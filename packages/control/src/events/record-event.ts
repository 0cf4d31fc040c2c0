/** Events of an app: what happened, said once, for the owner. Stored, and bounded per app. */
import type { EngineEvent } from '@slipway/engine';
import { EVENTS_PER_APP_MAX } from '@slipway/spec';
import type { ControlContext } from '../control-context.ts';
import { newResourceId } from '../resource-id.ts';

export interface EventContent {
  readonly severity: 'normal' | 'warning';
  readonly reason: string;
  readonly message: string;
  readonly revisionName?: string;
  readonly instanceName?: string;
}

type EventParts = Pick<ControlContext, 'store' | 'clock' | 'randomText'>;

/** An event of the control plane itself. */
export async function recordEvent(
  context: EventParts,
  app: { readonly projectId: string; readonly name: string },
  content: EventContent,
): Promise<void> {
  const id = newResourceId(context.randomText);
  const at = context.clock.now().toISOString();
  const event = { id, projectId: app.projectId, appName: app.name, at, content };
  await context.store.appendEvent(event, EVENTS_PER_APP_MAX);
}

/** An event that the engine signalled; one of an app that is gone is dropped. */
export async function recordEngineEvent(context: EventParts, event: EngineEvent): Promise<void> {
  const { projectId, appName, at, ...content } = event;
  if (!(await context.store.get({ kind: 'app', projectId, name: appName }))) return;
  const id = newResourceId(context.randomText);
  await context.store.appendEvent({ id, projectId, appName, at, content }, EVENTS_PER_APP_MAX);
}
