/** The paths of the operation table as HTTP sees them: for the router, and to tell a wrong method from a wrong path. */
import { OPERATIONS, type Method, type Operation } from '@slipway/spec';

export const API_PREFIX = '/v2';

/** `/projects/{id}` → `/v2/projects/:id`. */
export function routePathFor(path: string): string {
  return API_PREFIX + path.replaceAll(/\{(\w+)\}/g, ':$1');
}

/** Methods that operations offer under this path of a request; none when there is no such path. */
export function methodsAt(requestPath: string, operations: Readonly<Record<string, Operation>> = OPERATIONS): Method[] {
  const methods = new Set<Method>();
  for (const operation of Object.values(operations)) {
    if (patternFor(operation.path).test(requestPath)) methods.add(operation.method);
  }
  return [...methods];
}

function patternFor(path: string): RegExp {
  return new RegExp(`^${API_PREFIX}${path.replaceAll(/\{\w+\}/g, '[^/]+')}$`);
}

/** The noun and name of the resource that an operation is about: `/projects/{project_id}/build_runs/{name}` → build run. */
export function subjectOf(path: string, params: Readonly<Record<string, string>>): { kind: string; name: string } {
  const match = /\/([a-z_]+)\/\{(\w+)\}$/.exec(path);
  const kind = (match?.[1] ?? 'resource').replace(/s$/, '').replaceAll('_', ' ');
  return { kind, name: params[match?.[2] ?? ''] ?? '' };
}
