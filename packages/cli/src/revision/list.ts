/** `slipway revision list`: of one app, or of all in the project. */
import { defineCommand } from '../command.ts';
import { listAll } from '../list-all.ts';
import { OUTPUT_OPTION, renderOutput } from '../output/render-output.ts';
import { openProject } from '../project-scope.ts';
import { QUIET, SORT_BY, sortItems } from '../shared-options.ts';
import { renderRevisionList } from './render-revision.ts';

export const command = defineCommand({
  options: {
    application: { names: ['--application', '--app', '-a'], kind: 'value', summary: 'one app only' },
    output: OUTPUT_OPTION,
    quiet: QUIET,
    sortBy: SORT_BY,
  },
  async run({ options, context }) {
    const { client, project, signal } = await openProject(context);
    const params = { project_id: project.id };
    const apps =
      options.application === undefined
        ? await listAll(
            (query) => client.listApps({ params, query, signal }),
            (page) => page.apps,
          )
        : [await client.getApp({ params: { ...params, name: options.application }, signal })];
    const lists = await Promise.all(
      apps.map(({ name: app_name }) =>
        listAll(
          (query) => client.listAppRevisions({ params: { ...params, app_name }, query, signal }),
          (page) => page.revisions,
        ),
      ),
    );
    const traffics = await Promise.all(
      apps.map(({ name }) => client.getAppTraffic({ params: { ...params, name }, signal })),
    );
    const items = sortItems(lists.flat(), options.sortBy);
    const text = await renderOutput(options.output, { items });
    if (text === undefined && items.length === 0) context.say('No revisions');
    else context.terminal.write(text ?? renderRevisionList({ apps, revisions: items, traffics }, Date.now()));
  },
});
