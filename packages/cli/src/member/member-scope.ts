/** Where a role counts: in the chosen project, or on the platform. The roles of the two have different names. */
import type { PlatformRole, ProjectRole } from '@slipway/spec';
import type { OptionSpec } from '../command.ts';

const PROJECT_ROLES = ['manager', 'writer', 'reader'] as const satisfies readonly ProjectRole[];
const PLATFORM_ROLES = ['administrator', 'editor', 'operator', 'viewer'] as const satisfies readonly PlatformRole[];

export const ROLE = {
  names: ['--role', '-r'],
  kind: 'value',
  summary: `in the project: ${PROJECT_ROLES.join(', ')}; on the platform: ${PLATFORM_ROLES.join(', ')}`,
  required: true,
  values: [...PROJECT_ROLES, ...PLATFORM_ROLES],
} as const satisfies OptionSpec;

export const ON_PLATFORM = {
  names: ['--on-platform'],
  kind: 'flag',
  summary: 'members of the platform instead of the project',
  default: 'false',
} as const satisfies OptionSpec;

export function platformRoleOf(role: string): PlatformRole | undefined {
  return PLATFORM_ROLES.find((known) => known === role);
}

export function projectRoleOf(role: string): ProjectRole | undefined {
  return PROJECT_ROLES.find((known) => known === role);
}
