/** `slipway usage`: what ran for how long. */
import { defineCommand } from '../command.ts';
import type { UsageItem, UsageList } from '@slipway/spec';
import { USAGE_GRANULARITIES, type UsageGranularity } from '@slipway/spec';
import { OUTPUT_OPTION, renderOutput } from '../output/render-output.ts';
import { openProject } from '../project-scope.ts';
import { QUIET } from '../shared-options.ts';
import { renderUsage } from './render-usage.ts';

/** More pages than a year of hours of a busy project has are not for reading. */
const PAGES_MAX = 1000;

export const command = defineCommand({
  options: {
    from: { names: ['--from'], kind: 'value', summary: 'time, or a span like 24h or 7d; without it this month' },
    to: { names: ['--to'], kind: 'value', summary: 'time, or a span before now; without it now' },
    granularity: {
      names: ['--granularity', '-g'],
      kind: 'value',
      summary: 'what is added up',
      values: USAGE_GRANULARITIES,
      default: 'day',
    },
    allProjects: { names: ['--all-projects'], kind: 'flag', summary: 'of the whole platform', default: 'false' },
    output: OUTPUT_OPTION,
    quiet: QUIET,
  },
  examples: ['slipway usage --from 7d', 'slipway usage --all-projects --granularity total --output json'],
  async run({ options, context }) {
    const { client, project, signal } = await openProject(context);
    const asked = {
      ...(options.from !== undefined && { from: options.from }),
      ...(options.to !== undefined && { to: options.to }),
      ...(options.granularity !== undefined && { granularity: options.granularity as UsageGranularity }),
    };
    const read = (start: string | undefined) => {
      const query = { ...asked, ...(start !== undefined && { start }) };
      if (options.allProjects === true) return client.listUsage({ query, signal });
      return client.listProjectUsage({ params: { project_id: project.id }, query, signal });
    };
    const usage = await readAll(read);
    const text = await renderOutput(options.output, usage);
    context.terminal.write(text ?? renderUsage(usage, options.allProjects === true));
  },
});

/** The first page with the items of all. */
async function readAll(read: (start: string | undefined) => Promise<UsageList>): Promise<UsageList> {
  const first = await read(undefined);
  const items: UsageItem[] = [...first.usage];
  let start = first.next?.start;
  for (let pages = 1; start !== undefined; pages += 1) {
    if (pages >= PAGES_MAX) throw new Error(`Cannot read the usage: it has more than ${PAGES_MAX} pages`);
    const page = await read(start);
    items.push(...page.usage);
    start = page.next?.start;
  }
  const { next: _next, ...complete } = first;
  return { ...complete, usage: items, limit: items.length };
}
