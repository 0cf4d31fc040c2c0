/** `slipway audit`: who did what, the newest first. */
import type { AuditList, AuditOutcome, AuditRecord } from '@slipway/spec';
import { AUDIT_OUTCOMES } from '@slipway/spec';
import { defineCommand } from '../command.ts';
import { OUTPUT_OPTION, renderOutput } from '../output/render-output.ts';
import { openProject } from '../project-scope.ts';
import { QUIET } from '../shared-options.ts';
import { UsageFault } from '../usage-fault.ts';
import { renderAudit } from './render-audit.ts';

const RECORDS_DEFAULT = 100;
const RECORDS_MAX = 100_000;

export const command = defineCommand({
  options: {
    user: { names: ['--user', '-u'], kind: 'value', summary: 'calls of this user' },
    action: { names: ['--action'], kind: 'value', summary: 'an action, or its beginning: codeengine.secret' },
    target: { names: ['--target'], kind: 'value', summary: 'calls on what has this name' },
    outcome: { names: ['--outcome'], kind: 'value', summary: 'how they ended', values: AUDIT_OUTCOMES },
    since: { names: ['--since'], kind: 'value', summary: 'time, or a span before now like 30m, 24h, 7d' },
    until: { names: ['--until'], kind: 'value', summary: 'time, or a span before now' },
    limit: { names: ['--limit'], kind: 'number', summary: 'so many of them', default: String(RECORDS_DEFAULT) },
    allProjects: { names: ['--all-projects'], kind: 'flag', summary: 'of the whole platform', default: 'false' },
    output: OUTPUT_OPTION,
    quiet: QUIET,
  },
  examples: ['slipway audit --since 24h', 'slipway audit --all-projects --user dev --outcome failure'],
  async run({ options, context }) {
    const { limit = RECORDS_DEFAULT } = options;
    if (!Number.isInteger(limit) || limit < 1 || limit > RECORDS_MAX)
      throw new UsageFault(`Cannot use --limit "${limit}": it must be a whole number from 1 to ${RECORDS_MAX}`);
    const isPlatform = options.allProjects === true;
    const client = await context.client();
    const project_id = isPlatform ? '' : (await openProject(context)).project.id;
    const { user, action, target, since, until } = options;
    const asked = {
      ...(user !== undefined && { user }),
      ...(action !== undefined && { action }),
      ...(target !== undefined && { target }),
      ...(since !== undefined && { since }),
      ...(until !== undefined && { until }),
      ...(options.outcome !== undefined && { outcome: options.outcome as AuditOutcome }),
    };
    const { signal } = context;
    const read = (start: string | undefined): Promise<AuditList> => {
      const query = { ...asked, ...(start !== undefined && { start }) };
      return isPlatform
        ? client.listAudit({ query, signal })
        : client.listProjectAudit({ params: { project_id }, query, signal });
    };
    const audit = await readNewest(read, limit);
    context.terminal.write((await renderOutput(options.output, { audit })) ?? renderAudit(audit, isPlatform));
  },
});

/** A page may be empty although more follow; the platform looks through a bounded number of records for each. */
async function readNewest(
  read: (start: string | undefined) => Promise<AuditList>,
  limit: number,
): Promise<readonly AuditRecord[]> {
  const records: AuditRecord[] = [];
  for (let start: string | undefined; ;) {
    const page = await read(start);
    records.push(...page.audit);
    start = page.next?.start;
    if (start === undefined || records.length >= limit) return records.slice(0, limit);
  }
}
