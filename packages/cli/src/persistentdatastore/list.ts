/** `slipway persistentdatastore list`. */
import { defineCommand } from '../command.ts';
import { listAll } from '../list-all.ts';
import { OUTPUT_OPTION, renderOutput } from '../output/render-output.ts';
import { openProject } from '../project-scope.ts';
import { QUIET, SORT_BY, sortItems } from '../shared-options.ts';
import { renderDataStoreList } from './render-data-store.ts';

export const command = defineCommand({
  options: { output: OUTPUT_OPTION, quiet: QUIET, sortBy: SORT_BY },
  async run({ options, context }) {
    const { client, project, signal } = await openProject(context);
    const params = { project_id: project.id };
    const stores = await listAll(
      (query) => client.listPersistentDataStores({ params, query, signal }),
      (page) => page.persistent_data_stores,
    );
    const items = sortItems(stores, options.sortBy);
    const text = await renderOutput(options.output, { items });
    if (text === undefined && items.length === 0) context.say(`No persistent data stores in project "${project.name}"`);
    else context.terminal.write(text ?? renderDataStoreList(items, Date.now()));
  },
});
