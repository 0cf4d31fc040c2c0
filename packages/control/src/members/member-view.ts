/** A stored member in the shape of the API. */
import type { Member, PlatformMember, PlatformRole, ProjectRole } from '@slipway/spec';
import type { PlatformFacts } from '../control.ts';
import { projectHref } from '../projects/project-view.ts';
import type { MemberRecord } from './member-record.ts';

export function viewMember(member: MemberRecord, facts: PlatformFacts): Member {
  return {
    id: member.name,
    created_at: member.createdAt,
    href: `${projectHref(member.projectId, facts)}/members/${encodeURIComponent(member.name)}`,
    project_id: member.projectId,
    role: member.spec.role as ProjectRole,
    resource_type: 'member_v2',
  };
}

export function viewPlatformMember(member: MemberRecord, facts: PlatformFacts): PlatformMember {
  return {
    id: member.name,
    created_at: member.createdAt,
    href: `${facts.apiBaseUrl}/members/${encodeURIComponent(member.name)}`,
    role: member.spec.role as PlatformRole,
    resource_type: 'platform_member_v2',
  };
}
