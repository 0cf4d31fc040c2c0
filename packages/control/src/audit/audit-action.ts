/**
 * What a call is in the words of audit records (CADF): `codeengine.<noun>.<verb>`, and what it is about. Derived from
 * the operation table, so a new operation needs no line here. Pure.
 */
import { OPERATIONS, type Method, type Operation, type OperationId } from '@slipway/spec';

interface CallDescription {
  readonly action: string;
  readonly targetKind: string;
  /** '' for a whole list. */
  readonly targetName: string;
  readonly projectId: string;
  /** It changes something when it succeeds. */
  readonly isChange: boolean;
}

/** Words of the public platform's audit events that differ from those in paths. */
const NOUNS: Readonly<Record<string, string>> = {
  apps: 'application',
  bindings: 'servicebinding',
  metrics: 'metrics',
  restore: 'project',
};
const VERBS: Readonly<Record<Exclude<Method, 'GET'>, string>> = {
  POST: 'create',
  PUT: 'update',
  PATCH: 'update',
  DELETE: 'delete',
};
const UNKNOWN_NOUN = 'unknown';
/** Names of resources and hosts are shorter; what is longer is no name. */
const NAME_LENGTH_MAX = 253;

/** Undefined stands for a call that no operation answers. */
export function describeCall(
  id: OperationId | undefined,
  { method, params }: { readonly method: string; readonly params: Readonly<Record<string, string>> },
): CallDescription {
  if (id === undefined) return describeUnknown(method);
  const operation: Operation = OPERATIONS[id];
  const noun = nounOf(operation.path);
  const verb = verbOf(id, operation);
  const [, ofProject] = /^\/projects\/\{(\w+)\}/.exec(operation.path) ?? [];
  const names = [...operation.path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name);
  const last = names.at(-1) ?? '';
  const isProjectItself = noun === 'project' && last === ofProject;
  return {
    action: `codeengine.${noun}.${verb}`,
    targetKind: noun,
    targetName: last === ofProject && !isProjectItself ? '' : safeName(params[last]),
    projectId: safeName(ofProject === undefined ? '' : params[ofProject]),
    isChange: operation.method !== 'GET',
  };
}

/** Text of a caller's making, in one line and bounded. */
export function safeName(text: string | undefined): string {
  return (text ?? '')
    .slice(0, NAME_LENGTH_MAX)
    .replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, '\u{fffd}')
    .toWellFormed();
}

function describeUnknown(method: string): CallDescription {
  const verb = VERBS[method as keyof typeof VERBS] ?? 'read';
  const about = { targetKind: UNKNOWN_NOUN, targetName: '', projectId: '', isChange: false };
  return { action: `codeengine.${UNKNOWN_NOUN}.${verb}`, ...about };
}

/** `/projects/{project_id}/job_runs/{name}` → `jobrun`. */
function nounOf(path: string): string {
  const word = path.split('/').findLast((part) => part !== '' && !part.startsWith('{')) ?? '';
  return (
    NOUNS[word] ??
    word
      .replace(/ies$/, 'ys')
      .replace(/(?<!s)s$/, '')
      .replaceAll('_', '')
  );
}

function verbOf(id: OperationId, { method, path }: Operation): string {
  if (path.endsWith('/restore')) return 'update';
  if (method !== 'GET') return VERBS[method];
  return id.startsWith('list') ? 'list' : 'read';
}
