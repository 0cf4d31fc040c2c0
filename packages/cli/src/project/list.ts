/** `slipway project list`. */
import { defineCommand } from '../command.ts';
import { listAll } from '../list-all.ts';
import { OUTPUT_OPTION, renderOutput } from '../output/render-output.ts';
import { QUIET, SORT_BY, sortItems } from '../shared-options.ts';
import { renderProjectList, selectedProject } from './project-options.ts';

export const command = defineCommand({
  options: {
    allResourceGroups: {
      names: ['--all-resource-groups', '--all'],
      kind: 'flag',
      summary: 'this machine has one',
      default: 'false',
    },
    regions: {
      names: ['--regions', '-r'],
      kind: 'value',
      summary: 'only those of these regions, with commas between; this machine is one',
    },
    output: OUTPUT_OPTION,
    quiet: QUIET,
    sortBy: SORT_BY,
  },
  async run({ options, context }) {
    const client = await context.client();
    const projects = await listAll(
      (query) => client.listProjects({ query, signal: context.signal }),
      (page) => page.projects,
    );
    const regions = options.regions?.split(',').map((region) => region.trim());
    const shown = projects.filter((project) => regions?.includes(project.region ?? '') ?? true);
    const items = sortItems(shown, options.sortBy);
    const text = await renderOutput(options.output, { items });
    context.terminal.write(text ?? renderProjectList(items, await selectedProject(context)));
  },
});
