/** `slipway app list`. */
import { defineCommand } from '../command.ts';
import { listAll } from '../list-all.ts';
import { OUTPUT_OPTION, renderOutput } from '../output/render-output.ts';
import { openProject } from '../project-scope.ts';
import { QUIET, SORT_BY, sortItems } from '../shared-options.ts';
import { renderAppList } from './render-app.ts';

export const command = defineCommand({
  options: { output: OUTPUT_OPTION, quiet: QUIET, sortBy: SORT_BY },
  async run({ options, context }) {
    const { client, project, signal } = await openProject(context);
    const params = { project_id: project.id };
    const apps = await listAll(
      (query) => client.listApps({ params, query, signal }),
      (page) => page.apps,
    );
    const items = sortItems(apps, options.sortBy);
    const text = await renderOutput(options.output, { items });
    if (text === undefined && items.length === 0)
      context.say(`No apps in project "${project.name}". Begin: slipway deploy FOLDER`);
    else context.terminal.write(text ?? renderAppList(items, Date.now()));
  },
});
