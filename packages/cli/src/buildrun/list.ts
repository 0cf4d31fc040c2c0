/** `slipway buildrun list`. */
import { renderBuildRunList } from '../build/render-build.ts';
import { defineCommand } from '../command.ts';
import { listAll } from '../list-all.ts';
import { OUTPUT_OPTION, renderOutput } from '../output/render-output.ts';
import { openProject } from '../project-scope.ts';
import { QUIET, SORT_BY, sortItems } from '../shared-options.ts';

export const command = defineCommand({
  options: {
    build: { names: ['--build', '-b'], kind: 'value', summary: 'runs of one build only' },
    output: OUTPUT_OPTION,
    quiet: QUIET,
    sortBy: SORT_BY,
  },
  async run({ options, context }) {
    const { client, project, signal } = await openProject(context);
    const params = { project_id: project.id };
    const filter = options.build === undefined ? {} : { build_name: options.build };
    const runs = await listAll(
      (query) => client.listBuildRuns({ params, query: { ...query, ...filter }, signal }),
      (page) => page.build_runs,
    );
    const items = sortItems(runs, options.sortBy);
    const text = await renderOutput(options.output, { items });
    if (text === undefined && items.length === 0) context.say(`No build runs in project "${project.name}"`);
    else context.terminal.write(text ?? renderBuildRunList(items, Date.now()));
  },
});
