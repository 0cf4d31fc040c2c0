/** Checks what an operator wrote about an outside log-in provider, field by field. Pure. */
import type { OidcConfig } from '@slipway/setup';
import { PLATFORM_ROLES, PROJECT_ROLES } from '@slipway/spec';

const FIELDS = ['issuer', 'clientId', 'audience', 'rolesClaim', 'roles'] as const;
const LOOPBACK = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/;

/** The first problem in words, e.g. `oidc.issuer = "x": it must be …`; undefined when there is none. */
export function oidcConfigProblem(value: unknown): string | undefined {
  if (!isRecord(value)) return problem('oidc', value, 'it must be an object');
  const unknown = Object.keys(value).find((name) => !FIELDS.some((field) => field === name));
  if (unknown !== undefined) return `oidc.${unknown}: there is no such field; there are ${FIELDS.join(', ')}`;
  const {
    issuer,
    clientId,
    audience,
    rolesClaim,
    roles = {},
  }: { readonly [Name in keyof OidcConfig]?: unknown } = value;
  if (typeof issuer !== 'string' || !isTrustworthyUrl(issuer)) {
    return problem('oidc.issuer', issuer, 'it must be an https URL, or an http one on this machine');
  }
  for (const [name, text] of Object.entries({ clientId, audience, rolesClaim })) {
    const isMissing = text === undefined && name !== 'clientId';
    if (!isMissing && (typeof text !== 'string' || text === ''))
      return problem(`oidc.${name}`, text, 'it must be a text');
  }
  return isRecord(roles) ? rolesProblem(roles) : problem('oidc.roles', roles, 'it must be an object');
}

function rolesProblem(roles: Readonly<Record<string, unknown>>): string | undefined {
  for (const [value, mapped] of Object.entries(roles)) {
    const where = `oidc.roles["${value}"]`;
    if (!isRecord(mapped)) return problem(where, mapped, 'it must be an object with "platform", "projects" or both');
    const { platform, projects = {}, ...rest } = mapped;
    const [unknown] = Object.keys(rest);
    if (unknown !== undefined) return `${where}.${unknown}: there is no such field; there are platform, projects`;
    if (platform !== undefined && !PLATFORM_ROLES.some((role) => role === platform)) {
      return problem(`${where}.platform`, platform, `it must be one of ${PLATFORM_ROLES.join(', ')}`);
    }
    if (!isRecord(projects)) return problem(`${where}.projects`, projects, 'it must be an object: project id → role');
    for (const [project, role] of Object.entries(projects)) {
      if (PROJECT_ROLES.some((known) => known === role)) continue;
      return problem(`${where}.projects["${project}"]`, role, `it must be one of ${PROJECT_ROLES.join(', ')}`);
    }
  }
  return undefined;
}

/** Nobody between us and it can change what it says. */
export function isTrustworthyUrl(text: string): boolean {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url || url.username !== '' || url.password !== '') return false;
  return url.protocol === 'https:' || (url.protocol === 'http:' && LOOPBACK.test(url.hostname));
}

function problem(field: string, value: unknown, rule: string): string {
  return `${field} = ${JSON.stringify(value) ?? 'nothing'}: ${rule}`;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
