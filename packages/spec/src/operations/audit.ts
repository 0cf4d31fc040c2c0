/** Operations on the audit record: ours, in the style of v2. */
import { Type } from '../json-schema.ts';
import { P, PageQuery, type Operation } from '../operation.ts';
import * as audit from '../resources/audit.ts';
import { words } from '../resources/schema.ts';

const text = (description: string, maxLength = 128) =>
  Type.Optional(Type.String({ minLength: 1, maxLength, description }));

const AuditQuery = Type.Object({
  user: text('Who called'),
  action: text('What was done: a whole action word, or its beginning, like codeengine.application'),
  outcome: Type.Optional(words(audit.AUDIT_OUTCOMES)),
  target: text('Name of what it was done to', 253),
  since: text('ISO 8601 time, or a span before now like 30m, 24h, 7d', 64),
  until: text('ISO 8601 time, or a span before now', 64),
  ...PageQuery,
});

export const AUDIT_OPERATIONS = {
  listAudit: {
    method: 'GET',
    path: '/audit',
    access: 'platform_administer',
    summary: 'List the audit record of the platform, newest first',
    query: AuditQuery,
    returns: audit.AuditList,
    status: 200,
  },
  listProjectAudit: {
    method: 'GET',
    path: `${P}/audit`,
    access: 'manage',
    summary: 'List the audit record of a project, newest first',
    query: AuditQuery,
    returns: audit.AuditList,
    status: 200,
  },
} as const satisfies Record<string, Operation>;
