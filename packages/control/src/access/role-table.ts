/**
 * The one table of who may do what. Pure, and deny by default: a role that is not in the row of a level has no part in
 * it. Only the Administrator of the platform reaches into projects; the other platform roles see that a project exists
 * and nothing that is in it, because who runs a platform is not thereby a member of what runs on it.
 */
import type { AccessLevel, PlatformRole, ProjectRole } from '@slipway/spec';

export interface Roles {
  readonly platform?: PlatformRole | undefined;
  /** In the project in question. */
  readonly project?: ProjectRole | undefined;
}

interface Row {
  readonly platform: readonly PlatformRole[];
  readonly project: readonly ProjectRole[];
  /** Whom a refused caller asks. */
  readonly needed: string;
}

const EVERY_PLATFORM_ROLE: readonly PlatformRole[] = ['administrator', 'editor', 'operator', 'viewer'];
const EVERY_PROJECT_ROLE: readonly ProjectRole[] = ['manager', 'writer', 'reader'];

const ROWS: Readonly<Record<Exclude<AccessLevel, 'signed_in'>, Row>> = {
  view_project: { platform: EVERY_PLATFORM_ROLE, project: EVERY_PROJECT_ROLE, needed: 'Reader of the project' },
  view: { platform: ['administrator'], project: EVERY_PROJECT_ROLE, needed: 'Reader of the project' },
  change: { platform: ['administrator'], project: ['manager', 'writer'], needed: 'Writer of the project' },
  manage: { platform: ['administrator'], project: ['manager'], needed: 'Manager of the project' },
  platform_view: { platform: EVERY_PLATFORM_ROLE, project: [], needed: 'Viewer of the platform' },
  platform_operate: {
    platform: ['administrator', 'editor', 'operator'],
    project: [],
    needed: 'Operator of the platform',
  },
  platform_edit: { platform: ['administrator', 'editor'], project: [], needed: 'Editor of the platform' },
  platform_administer: { platform: ['administrator'], project: [], needed: 'Administrator of the platform' },
};

export function isAllowed(level: AccessLevel, { platform, project }: Roles): boolean {
  if (level === 'signed_in') return true;
  const row = ROWS[level];
  if (platform !== undefined && row.platform.includes(platform)) return true;
  return project !== undefined && row.project.includes(project);
}

/** `hide`: the caller must not learn whether the project exists. */
export const ACCESS_DECISIONS = ['allow', 'forbid', 'hide'] as const;
export type AccessDecision = (typeof ACCESS_DECISIONS)[number];

export function decideAccess(level: AccessLevel, roles: Roles, isOfProject: boolean): AccessDecision {
  if (isAllowed(level, roles)) return 'allow';
  return isOfProject && !isAllowed('view_project', roles) ? 'hide' : 'forbid';
}

/** The least role that is enough, in words. */
export function roleNeeded(level: Exclude<AccessLevel, 'signed_in'>): string {
  return ROWS[level].needed;
}

/** The more powerful of two roles; `order` begins with the most powerful. */
export function strongerRole<Role extends string>(
  order: readonly Role[],
  one: Role | undefined,
  other: Role | undefined,
): Role | undefined {
  return order.find((role) => role === one || role === other);
}

/**
 * What a service account may do at most: it never names members. Else whoever may change an app could give it the
 * Manager's account, run code of their own in it, and become a Manager.
 */
export function serviceAccountRole(role: ProjectRole): ProjectRole {
  return role === 'manager' ? 'writer' : role;
}
