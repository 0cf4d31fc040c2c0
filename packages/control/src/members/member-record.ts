/** A role of a user, as it is stored: the name of the row is the user, its project the scope. */
import type { PlatformRole, ProjectRole } from '@slipway/spec';
import type { ResourceKey, StoredResource } from '../store.ts';

/** Stands where a project's id would: what belongs to the platform. No project has it, their ids are UUIDs. */
export const PLATFORM_SCOPE = 'platform';

export interface MemberSpec {
  readonly role: PlatformRole | ProjectRole;
}

export interface MemberRecord extends StoredResource {
  readonly spec: MemberSpec;
}

export function memberKey(scope: string, userId: string): ResourceKey {
  return { kind: 'member', projectId: scope, name: userId };
}

export function memberFrom(stored: StoredResource): MemberRecord {
  return { ...stored, spec: stored.spec as MemberSpec };
}
