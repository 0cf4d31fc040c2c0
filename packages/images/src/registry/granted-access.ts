/**
 * Who may do what in the bundled registry: a project in the repositories under its own name, the platform everywhere,
 * anyone else nothing. Pure, and denying by default: what is not understood is not granted. Source of the scope
 * grammar: the distribution project's "token scope" specification.
 */

export type RegistryIdentity =
  | { readonly kind: 'platform' }
  /** `repositoryPrefix` is one path component: the project's subdomain. */
  | { readonly kind: 'project'; readonly repositoryPrefix: string };

export interface ResourceAccess {
  readonly type: string;
  readonly name: string;
  readonly actions: readonly string[];
}

const REPOSITORY_ACTIONS = ['pull', 'push'] as const;
const PLATFORM_ACTIONS = [...REPOSITORY_ACTIONS, 'delete'] as const;
/** A client asks for one or two repositories; more is no honest request. */
const SCOPES_MAX = 32;

/** Reads `repository:shop/web:pull,push`; several scopes come separated by spaces. What is malformed is left out. */
export function parseScopes(scopes: readonly string[]): readonly ResourceAccess[] {
  const words = scopes.flatMap((scope) => scope.split(' ')).filter((word) => word !== '');
  return words.slice(0, SCOPES_MAX).flatMap((word) => {
    const match = /^([a-z]+):(.+):([a-z*,]+)$/.exec(word);
    const [, type, name, actions] = match ?? [];
    if (type === undefined || name === undefined || actions === undefined) return [];
    return [{ type, name, actions: [...new Set(actions.split(','))] }];
  });
}

/** The part of what was requested that the identity may have; entries without any allowed action are left out. */
export function grantedAccess(
  requested: readonly ResourceAccess[],
  identity: RegistryIdentity,
): readonly ResourceAccess[] {
  return requested.flatMap(({ type, name, actions }) => {
    const allowed = allowedActions({ type, name }, identity);
    const granted =
      actions.includes('*') && identity.kind === 'platform'
        ? allowed
        : actions.filter((action) => allowed.includes(action));
    return granted.length === 0 ? [] : [{ type, name, actions: granted }];
  });
}

function allowedActions(
  resource: { readonly type: string; readonly name: string },
  identity: RegistryIdentity,
): readonly string[] {
  if (identity.kind === 'platform') {
    if (resource.type === 'repository') return PLATFORM_ACTIONS;
    return resource.type === 'registry' && resource.name === 'catalog' ? ['*'] : [];
  }
  const [first, ...rest] = resource.name.split('/');
  const isOwn = identity.repositoryPrefix !== '' && first === identity.repositoryPrefix && rest.join('/') !== '';
  return resource.type === 'repository' && isOwn ? REPOSITORY_ACTIONS : [];
}
