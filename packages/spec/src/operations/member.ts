/** Operations of ours on the members of a project and of the platform. */
import { P, Page, type Operation } from '../operation.ts';
import * as member from '../resources/member.ts';
import { EmptyObject } from '../resources/platform.ts';

export const MEMBER_OPERATIONS = {
  listMembers: {
    method: 'GET',
    path: `${P}/members`,
    access: 'view',
    summary: 'List the members of a project',
    query: Page,
    returns: member.MemberList,
    status: 200,
  },
  setMember: {
    method: 'PUT',
    path: `${P}/members/{id}`,
    access: 'manage',
    summary: 'Give a user a role in a project',
    body: member.MemberSetting,
    returns: member.Member,
    status: 200,
  },
  removeMember: {
    method: 'DELETE',
    path: `${P}/members/{id}`,
    access: 'manage',
    summary: 'Take the role of a user in a project back',
    returns: EmptyObject,
    status: 202,
  },
  listPlatformMembers: {
    method: 'GET',
    path: '/members',
    access: 'platform_view',
    summary: 'List the members of the platform',
    query: Page,
    returns: member.PlatformMemberList,
    status: 200,
  },
  setPlatformMember: {
    method: 'PUT',
    path: '/members/{id}',
    access: 'platform_administer',
    summary: 'Give a user a role on the platform',
    body: member.PlatformMemberSetting,
    returns: member.PlatformMember,
    status: 200,
  },
  removePlatformMember: {
    method: 'DELETE',
    path: '/members/{id}',
    access: 'platform_administer',
    summary: 'Take the role of a user on the platform back',
    returns: EmptyObject,
    status: 202,
  },
} as const satisfies Record<string, Operation>;
