/** Members: who may do what, in one project or on the whole platform. */
import { Type, type Static } from '../json-schema.ts';
import { listOf, Timestamp, words } from './schema.ts';

/** Roles in a project, the most powerful first. A Reader sees everything but values; a Writer changes; a Manager also names members. */
export const PROJECT_ROLES = ['manager', 'writer', 'reader'] as const;
export type ProjectRole = (typeof PROJECT_ROLES)[number];

/** Roles on the platform, the most powerful first. Only the Administrator's reaches into projects. */
export const PLATFORM_ROLES = ['administrator', 'editor', 'operator', 'viewer'] as const;
export type PlatformRole = (typeof PLATFORM_ROLES)[number];

const memberFields = {
  id: Type.String({ description: 'The user, as whoami shows it', examples: ['anna@example.com'] }),
  created_at: Timestamp,
  href: Type.String(),
};

export const Member = Type.Object({
  ...memberFields,
  project_id: Type.String(),
  role: words(PROJECT_ROLES),
  resource_type: words(['member_v2']),
});
export type Member = Static<typeof Member>;
export const MemberList = listOf('members', Member);
export type MemberList = Static<typeof MemberList>;

export const MemberSetting = Type.Object({ role: words(PROJECT_ROLES) }, { additionalProperties: false });
export type MemberSetting = Static<typeof MemberSetting>;

export const PlatformMember = Type.Object({
  ...memberFields,
  role: words(PLATFORM_ROLES),
  resource_type: words(['platform_member_v2']),
});
export type PlatformMember = Static<typeof PlatformMember>;
export const PlatformMemberList = listOf('members', PlatformMember);
export type PlatformMemberList = Static<typeof PlatformMemberList>;

export const PlatformMemberSetting = Type.Object({ role: words(PLATFORM_ROLES) }, { additionalProperties: false });
export type PlatformMemberSetting = Static<typeof PlatformMemberSetting>;
