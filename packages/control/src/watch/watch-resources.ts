/**
 * Watches what is in a project. Every event carries the resource as the operation that gets it answers, read anew when
 * it changed; so an event can be late and can stand for several changes, but never shows what is not true any more.
 */
import { Refusal, WATCH_GETTERS, WATCH_KINDS, type OperationId, type WatchEvent, type WatchKind } from '@slipway/spec';
import type { Call, OperationHandlers } from '../control.ts';
import type { ControlContext } from '../control-context.ts';
import { requireProject } from '../projects/project-record.ts';
import { invalidField } from '../refuse.ts';
import type { StoredResource } from '../store.ts';
import { walkStore } from '../walk-store.ts';
import type { Change } from './change-feed.ts';
import { PendingChanges } from './pending-changes.ts';
import { SentResources, type SeenResource } from './sent-resources.ts';

type WatchCall = Call<'watchResources'>;
/** A getter seen without its own types. */
type Getter = (call: object) => Promise<SeenResource>;
type Resource = NonNullable<WatchEvent['resource']>;

export const TOO_SLOW = 'more changes came than are kept for a slow watcher; watch again';
const PROJECT_GONE = 'the project is deleted';

interface Watch {
  readonly context: ControlContext;
  readonly handlers: OperationHandlers;
  readonly call: WatchCall;
  readonly projectId: string;
  readonly kinds: readonly WatchKind[];
  readonly sent: SentResources;
}

export async function watchResources(
  context: ControlContext,
  handlers: OperationHandlers,
  call: WatchCall,
): Promise<AsyncIterable<WatchEvent>> {
  const { kind, name } = call.query;
  if (name !== undefined && kind === undefined) {
    const rule = 'names are unique among things of one kind only';
    throw invalidField({ field: 'name', value: name, rule, fix: 'Give "kind" too, e.g. kind=app' });
  }
  const { id: projectId } = await requireProject(context.store, call.params.project_id);
  const kinds = kind === undefined ? WATCH_KINDS : [kind];
  return events({ context, handlers, call, projectId, kinds, sent: new SentResources() });
}

async function* events(watch: Watch): AsyncGenerator<WatchEvent, void> {
  const { feed } = watch.context;
  const { lastEventId, signal } = watch.call;
  using pending = new PendingChanges(feed, (change) => isRelevant(watch, change));
  const missed = lastEventId === undefined ? undefined : feed.after(lastEventId);
  if (missed) for (const change of missed) pending.add(change);
  else yield* beginning(watch, lastEventId !== undefined);
  for (let isFirst = missed !== undefined; !signal.aborted; isFirst = false) {
    if (!isFirst) await pending.wait(signal);
    if (signal.aborted) return;
    if (pending.isOver) return yield { type: 'closed', reason: TOO_SLOW };
    const { changes, position } = pending.take();
    for (const change of changes) yield* eventsOf(watch, change);
    if (changes.some((change) => change.kind === 'project' && change.type === 'deleted'))
      return yield { type: 'closed', reason: PROJECT_GONE };
    yield { type: 'synced', id: position };
  }
}

async function* beginning(watch: Watch, isUnexpected: boolean): AsyncGenerator<WatchEvent, void> {
  const { context, projectId, kinds, call, sent } = watch;
  const { position } = context.feed;
  if (isUnexpected) yield { type: 'resync', reason: 'what changed since the last event is not known any more' };
  for (const kind of kinds) {
    for await (const stored of walkStore(context.store, { kind, projectId })) {
      if (call.query.name === undefined || call.query.name === stored.name) yield* tell(watch, kind, stored, true);
    }
  }
  sent.isComplete = true;
  yield { type: 'synced', id: position };
}

function isRelevant({ projectId, kinds, call }: Watch, { kind, projectId: changed, name }: Change): boolean {
  if (changed !== projectId) return false;
  if (kind === 'project') return true;
  // What a revision is doing is told of its app.
  if (kind === 'app' && kinds.includes('app_revision')) return true;
  return (kinds as readonly string[]).includes(kind) && (call.query.name ?? name) === name;
}

async function* eventsOf(watch: Watch, change: Change): AsyncGenerator<WatchEvent, void> {
  const { context, projectId, kinds, call } = watch;
  const { kind, name } = change;
  if (kind === 'app' && kinds.includes('app_revision')) {
    for await (const stored of walkStore(context.store, { kind: 'app_revision', projectId, owner: name })) {
      if (call.query.name === undefined || call.query.name === stored.name)
        yield* tell(watch, 'app_revision', stored, false);
    }
  }
  const watched = kinds.find((one) => one === kind);
  if (watched === undefined) return;
  const stored = await context.store.get({ kind: watched, projectId, name });
  if (stored) yield* tell(watch, watched, stored, change.type === 'added');
  else if (watch.sent.forget(keyOf(watched, name))) yield { type: 'deleted', kind: watched, name };
}

async function* tell(
  watch: Watch,
  kind: WatchKind,
  stored: StoredResource,
  isNew: boolean,
): AsyncGenerator<WatchEvent, void> {
  const { name } = stored;
  const key = keyOf(kind, name);
  const resource = await read(watch, kind, stored);
  if (!resource) {
    if (watch.sent.has(key) && watch.sent.forget(key)) yield { type: 'deleted', kind, name };
    return;
  }
  const told = watch.sent.tell(key, resource, isNew);
  if (told === undefined) return;
  if (told === 'replaced') yield { type: 'deleted', kind, name };
  yield { type: told === 'replaced' ? 'added' : told, kind, name, resource: resource as Resource };
}

/** Undefined when it is gone meanwhile. */
async function read(
  { handlers, call, projectId }: Watch,
  kind: WatchKind,
  { name, owner }: StoredResource,
): Promise<SeenResource | undefined> {
  const getter: OperationId = WATCH_GETTERS[kind];
  const params = { project_id: projectId, name, id: name, app_name: owner };
  try {
    return await (handlers[getter] as unknown as Getter)({ ...call, params, query: {} });
  } catch (error) {
    if (error instanceof Refusal && error.code === 'resource_not_found') return undefined;
    throw error;
  }
}

function keyOf(kind: WatchKind, name: string): string {
  return `${kind}/${name}`;
}
