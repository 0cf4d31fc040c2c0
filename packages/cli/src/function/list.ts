/** `slipway function list`. */
import { defineCommand } from '../command.ts';
import { listAll } from '../list-all.ts';
import { OUTPUT_OPTION, renderOutput } from '../output/render-output.ts';
import { openProject } from '../project-scope.ts';
import { QUIET, SORT_BY, sortItems } from '../shared-options.ts';
import { renderFunctionList } from './render-function.ts';

export const command = defineCommand({
  options: { output: OUTPUT_OPTION, quiet: QUIET, sortBy: SORT_BY },
  async run({ options, context }) {
    const { client, project, signal } = await openProject(context);
    const params = { project_id: project.id };
    const functions = await listAll(
      (query) => client.listFunctions({ params, query, signal }),
      (page) => page.functions,
    );
    const items = sortItems(functions, options.sortBy);
    const text = await renderOutput(options.output, { items });
    if (text === undefined && items.length === 0) context.say(`No functions in project "${project.name}"`);
    else context.terminal.write(text ?? renderFunctionList(items, Date.now()));
  },
});
