/** `slipway domainmapping list`: without `--all` only those that somebody made. */
import { defineCommand } from '../command.ts';
import { listAll } from '../list-all.ts';
import { OUTPUT_OPTION, renderOutput } from '../output/render-output.ts';
import { openProject } from '../project-scope.ts';
import { QUIET, SORT_BY, sortItems } from '../shared-options.ts';
import { renderDomainMappingList } from './render-domain-mapping.ts';

export const command = defineCommand({
  options: {
    all: { names: ['--all', '-a'], kind: 'flag', summary: "the platform's own, too", default: 'false' },
    output: OUTPUT_OPTION,
    quiet: QUIET,
    sortBy: SORT_BY,
  },
  async run({ options, context }) {
    const { client, project, signal } = await openProject(context);
    const params = { project_id: project.id };
    const mappings = await listAll(
      (query) => client.listDomainMappings({ params, query, signal }),
      (page) => page.domain_mappings,
    );
    const shown = options.all ? mappings : mappings.filter((mapping) => mapping.user_managed !== false);
    const items = sortItems(shown, options.sortBy);
    const text = await renderOutput(options.output, { items });
    if (text === undefined && items.length === 0) context.say(`No domain mappings in project "${project.name}"`);
    else context.terminal.write(text ?? renderDomainMappingList(items, Date.now()));
  },
});
