/** Who did what, of a project and of the whole platform. Also of projects that are gone. */
import type { AuditList, AuditRecord } from '@slipway/spec';
import { AUDIT_LIMITS } from '@slipway/spec';
import type { Call, OperationHandlers } from '../control.ts';
import type { ControlContext } from '../control-context.ts';
import { encodeToken, readPageRequest } from '../paging.ts';
import { requireKnownProject } from '../projects/project-record.ts';
import { projectHref } from '../projects/project-view.ts';
import { parseMoment } from '../since.ts';
import type { AuditEntry, AuditPosition } from './audit-store.ts';

type AuditFilter = Call<'listAudit'>['query'];

export function auditOperations(context: ControlContext): Pick<OperationHandlers, 'listAudit' | 'listProjectAudit'> {
  const { facts, store } = context;
  return {
    listAudit: ({ query }) => listAudit(context, query, { href: `${facts.apiBaseUrl}/audit` }),
    listProjectAudit: async ({ params, query }) => {
      const { id: projectId } = await requireKnownProject(store, params.project_id);
      return await listAudit(context, query, { projectId, href: `${projectHref(projectId, facts)}/audit` });
    },
  };
}

async function listAudit(
  { audit, clock }: ControlContext,
  query: AuditFilter,
  { projectId, href }: { readonly projectId?: string; readonly href: string },
): Promise<AuditList> {
  const { limit, after } = readPageRequest(query);
  const position = after === undefined ? undefined : readPosition(after);
  const moment = (field: 'since' | 'until') => {
    const text = query[field];
    return text === undefined ? undefined : parseMoment(field, text, clock.now()).toISOString();
  };
  const [since, until] = [moment('since'), moment('until')];
  const { user, action, outcome, target } = query;
  const { entries, next } = await audit.list({
    ...(projectId !== undefined && { projectId }),
    ...(user !== undefined && { userId: user }),
    ...(action !== undefined && { action }),
    ...(outcome !== undefined && { outcome }),
    ...(target !== undefined && { targetName: target }),
    ...(since !== undefined && { since }),
    ...(until !== undefined && { until }),
    ...(position && { after: position }),
    limit,
    windowMax: AUDIT_LIMITS.rowsPerPageMax,
  });
  // A span would begin later at the next page.
  const asked = { user, action, outcome, target, since, until, limit: String(limit) };
  const given = Object.entries(asked).filter((pair): pair is [string, string] => pair[1] !== undefined);
  const first = `${href}?${new URLSearchParams(given).toString()}`;
  const page = { limit, first: { href: first }, audit: entries.map(viewEntry) };
  if (!next) return page;
  const start = encodeToken(JSON.stringify([next.at, next.seq]));
  return { ...page, next: { href: `${first}&start=${start}`, start } };
}

/** The token was made above; one of another list begins at the beginning, like one that is none. */
function readPosition(text: string): AuditPosition | undefined {
  const [, at = '', seq = ''] = /^\["([-0-9T:.Z]{1,40})",(\d{1,15})\]$/.exec(text) ?? [];
  return seq === '' ? undefined : { at, seq: Number(seq) };
}

function viewEntry(entry: AuditEntry): AuditRecord {
  const { userId, credentialId, operation, projectId, targetKind: kind, targetName: name } = entry;
  const isKnown = entry.outcome !== 'unknown';
  return {
    id: entry.id,
    at: entry.at,
    ...(userId !== '' && { user_id: userId }),
    credential_kind: entry.credentialKind,
    ...(credentialId !== '' && { credential_id: credentialId }),
    source: entry.source,
    ...(operation !== '' && { operation }),
    action: entry.action,
    ...(projectId !== '' && { project_id: projectId }),
    target: { kind, ...(name !== '' && { name }) },
    outcome: entry.outcome,
    ...(isKnown && { status_code: entry.status, duration_ms: entry.durationMs }),
    ...(entry.errorCode !== '' && { error_code: entry.errorCode }),
  };
}
