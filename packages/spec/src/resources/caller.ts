/** Who is calling, and with which roles: the answer to "who am I". */
import { Type, type Static } from '../json-schema.ts';
import { PLATFORM_ROLES, PROJECT_ROLES } from './member.ts';
import { words } from './schema.ts';

export const CALLER_KINDS = ['administrator', 'user', 'api_key', 'service_account'] as const;

export const CallerIdentity = Type.Object({
  id: Type.String({ description: 'The user, as members and API keys name one' }),
  name: Type.String(),
  /** What proved it. */
  kind: words(CALLER_KINDS),
  api_key_id: Type.Optional(Type.String()),
  platform_role: Type.Optional(words(PLATFORM_ROLES)),
  projects: Type.Array(Type.Object({ project_id: Type.String(), role: words(PROJECT_ROLES) })),
});
export type CallerIdentity = Static<typeof CallerIdentity>;
