import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { AuditRecord } from '@slipway/spec';
import { renderAudit } from './render-audit.ts';

const RECORD: AuditRecord = {
  id: 'codeengine-api-1',
  at: '2026-01-31T12:00:00.123Z',
  user_id: 'anna',
  credential_kind: 'api_key',
  credential_id: 'key-1',
  source: '192.0.2.1',
  operation: 'updateApp',
  action: 'codeengine.application.update',
  project_id: 'p1',
  target: { kind: 'application', name: 'web' },
  outcome: 'failure',
  status_code: 412,
  error_code: 'entity_tag_mismatch',
};

test('renderAudit() shows who did what to what and how it ended', () => {
  const nobody: AuditRecord = {
    id: 'codeengine-api-2',
    at: RECORD.at,
    source: '192.0.2.2',
    credential_kind: 'none',
    action: 'codeengine.project.list',
    target: { kind: 'project' },
    outcome: 'unknown',
  };
  assert.equal(
    renderAudit([RECORD, nobody], true),
    [
      'At                    Project  User  Credential  Action              Target  Outcome                          From',
      '2026-01-31T12:00:00Z  p1       anna  key-1       application.update  web     failure 412 entity_tag_mismatch  192.0.2.1',
      '2026-01-31T12:00:00Z  -        -     none        project.list        -       unknown                          192.0.2.2',
      '',
    ].join('\n'),
  );
});
