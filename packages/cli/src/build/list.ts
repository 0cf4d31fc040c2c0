/** `slipway build list`: each with the newest of its runs. */
import { defineCommand } from '../command.ts';
import { listAll } from '../list-all.ts';
import { OUTPUT_OPTION, renderOutput } from '../output/render-output.ts';
import { openProject } from '../project-scope.ts';
import { QUIET, SORT_BY, sortItems } from '../shared-options.ts';
import { renderBuildList } from './render-build.ts';

export const command = defineCommand({
  options: { output: OUTPUT_OPTION, quiet: QUIET, sortBy: SORT_BY },
  async run({ options, context }) {
    const { client, project, signal } = await openProject(context);
    const params = { project_id: project.id };
    const builds = await listAll(
      (query) => client.listBuilds({ params, query, signal }),
      (page) => page.builds,
    );
    const items = sortItems(builds, options.sortBy);
    const text = await renderOutput(options.output, { items });
    if (text !== undefined) context.terminal.write(text);
    else if (items.length === 0) context.say(`No builds in project "${project.name}"`);
    else {
      const buildRuns = await listAll(
        (query) => client.listBuildRuns({ params, query, signal }),
        (page) => page.build_runs,
      );
      context.terminal.write(renderBuildList({ builds: items, runs: sortItems(buildRuns, 'age') }, Date.now()));
    }
  },
});
