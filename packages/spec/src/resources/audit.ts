/** The audit record: who did what to what, when, from where, and how it ended. Never what was sent or answered. */
import { Type, type Static } from '../json-schema.ts';
import { CALLER_KINDS } from './caller.ts';
import { listOf, Timestamp, words } from './schema.ts';

/** `unknown`: the platform died between the beginning of a change and its end, or the disk took no more. */
export const AUDIT_OUTCOMES = ['success', 'failure', 'unknown'] as const;
export type AuditOutcome = (typeof AUDIT_OUTCOMES)[number];
/** `none`: nobody proved to be anybody. */
export const AUDIT_CREDENTIAL_KINDS = [...CALLER_KINDS, 'none'] as const;
export type AuditCredentialKind = (typeof AUDIT_CREDENTIAL_KINDS)[number];

export const AuditRecord = Type.Object({
  id: Type.String({ description: 'The trace of the request' }),
  at: Timestamp,
  user_id: Type.Optional(Type.String()),
  credential_kind: words(AUDIT_CREDENTIAL_KINDS),
  credential_id: Type.Optional(Type.String({ description: 'Of an API key; never the key itself' })),
  source: Type.String({ description: 'The address at the other end of the connection' }),
  operation: Type.Optional(Type.String({ examples: ['updateApp'] })),
  action: Type.String({ examples: ['codeengine.application.update'] }),
  project_id: Type.Optional(Type.String()),
  target: Type.Object({ kind: Type.String(), name: Type.Optional(Type.String()) }),
  outcome: words(AUDIT_OUTCOMES),
  status_code: Type.Optional(Type.Integer()),
  error_code: Type.Optional(Type.String()),
  duration_ms: Type.Optional(Type.Integer()),
});
export type AuditRecord = Static<typeof AuditRecord>;

/** Newest first. A page may hold less than its limit although more follows: `next` decides. */
export const AuditList = listOf('audit', AuditRecord);
export type AuditList = Static<typeof AuditList>;
