/** `slipway reclamation list`. */
import { defineCommand } from '../command.ts';
import { OUTPUT_OPTION, renderOutput } from '../output/render-output.ts';
import { QUIET, SORT_BY, sortItems } from '../shared-options.ts';
import { listReclamations, renderReclamationList } from './render-reclamation.ts';

export const command = defineCommand({
  options: {
    allResourceGroups: {
      names: ['--all-resource-groups', '--all'],
      kind: 'flag',
      summary: 'this machine has one',
      default: 'false',
    },
    regions: { names: ['--regions', '-r'], kind: 'value', summary: 'this machine is one' },
    output: OUTPUT_OPTION,
    quiet: QUIET,
    sortBy: SORT_BY,
  },
  async run({ options, context }) {
    const all = await listReclamations(context, await context.client());
    const sortable = all.map((one) => ({ name: one.project_name, created_at: one.deleted_at, one }));
    const items = sortItems(sortable, options.sortBy).map(({ one }) => one);
    const text = await renderOutput(options.output, { items });
    context.terminal.write(text ?? renderReclamationList(items, Date.now()));
  },
});
