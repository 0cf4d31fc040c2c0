/**
 * Watches the projects that a caller may see: they come and go with their lives, and with the caller's roles. Which were
 * seen before cannot be told from a position, so it always begins with what is there.
 */
import type { ProjectWatchEvent } from '@slipway/spec';
import { isAllowed } from '../access/role-table.ts';
import type { Call, OperationHandlers } from '../control.ts';
import type { ControlContext } from '../control-context.ts';
import { PLATFORM_SCOPE } from '../members/member-record.ts';
import { projectFrom, projectKey } from '../projects/project-record.ts';
import { viewProject } from '../projects/project-view.ts';
import { walkStore } from '../walk-store.ts';
import type { Change } from './change-feed.ts';
import { PendingChanges } from './pending-changes.ts';
import { SentResources } from './sent-resources.ts';
import { TOO_SLOW, watchResources } from './watch-resources.ts';

type WatchCall = Call<'watchProjects'>;

export function watchOperations(
  context: ControlContext,
  handlers: () => OperationHandlers,
): Pick<OperationHandlers, 'watchResources' | 'watchProjects'> {
  return {
    watchResources: (call) => watchResources(context, handlers(), call),
    watchProjects: async (call) => events(context, call),
  };
}

async function* events(context: ControlContext, call: WatchCall): AsyncGenerator<ProjectWatchEvent, void> {
  const { feed, store } = context;
  const { signal, lastEventId } = call;
  const sent = new SentResources();
  using pending = new PendingChanges(feed, ({ kind }) => kind === 'project' || kind === 'roles');
  let { position } = feed;
  if (lastEventId !== undefined) yield { type: 'resync', reason: 'projects are always told from the beginning' };
  for await (const { projectId } of walkStore(store, { kind: 'project' }))
    yield* tell(context, call, { sent, projectId });
  sent.isComplete = true;
  while (!signal.aborted) {
    yield { type: 'synced', id: position };
    await pending.wait(signal);
    if (signal.aborted) return;
    if (pending.isOver) return yield { type: 'closed', reason: TOO_SLOW };
    const taken = pending.take();
    position = taken.position;
    for (const projectId of await touched(context, sent, taken.changes))
      yield* tell(context, call, { sent, projectId });
  }
}

/** A role on the platform may show or hide every project. */
async function touched(
  { store }: ControlContext,
  sent: SentResources,
  changes: readonly Change[],
): Promise<ReadonlySet<string>> {
  const ids = new Set(changes.map(({ projectId }) => projectId));
  if (!ids.delete(PLATFORM_SCOPE)) return ids;
  for (const id of sent.keys) ids.add(id);
  for await (const { projectId } of walkStore(store, { kind: 'project' })) ids.add(projectId);
  return ids;
}

async function* tell(
  { clock, directory, facts, store }: ControlContext,
  { caller }: WatchCall,
  { sent, projectId }: { readonly sent: SentResources; readonly projectId: string },
): AsyncGenerator<ProjectWatchEvent, void> {
  const stored = await store.get(projectKey(projectId));
  if (!stored || !isAllowed('view_project', directory.rolesOf(caller, projectId))) {
    if (sent.has(projectId) && sent.forget(projectId)) yield { type: 'deleted', name: projectId };
    return;
  }
  const resource = viewProject(projectFrom(stored), facts, clock.now());
  const told = sent.tell(projectId, resource, true);
  if (told !== undefined) yield { type: told === 'modified' ? told : 'added', name: projectId, resource };
}
