/** `slipway apikey list`. */
import { defineCommand } from '../command.ts';
import { OUTPUT_OPTION, renderOutput } from '../output/render-output.ts';
import { QUIET, SORT_BY, sortItems } from '../shared-options.ts';
import { readApiKeys } from './read-apikeys.ts';
import { renderApiKeyList } from './render-apikey.ts';

export const command = defineCommand({
  options: {
    owner: { names: ['--owner'], kind: 'value', summary: 'another user, for Administrators of the platform' },
    output: OUTPUT_OPTION,
    quiet: QUIET,
    sortBy: SORT_BY,
  },
  async run({ options, context }) {
    const items = sortItems(await readApiKeys(context, options.owner), options.sortBy);
    const text = await renderOutput(options.output, { items });
    if (text === undefined && items.length === 0) context.say('No API keys');
    else context.terminal.write(text ?? renderApiKeyList(items, Date.now()));
  },
});
