/** `ibmcloud regions`. */
import { defineCommand } from '../command.ts';
import { renderTable } from '../output/text-table.ts';
import { JSON_OUTPUT, jsonText, SHORT } from './ibmcloud-options.ts';
import { readPlace } from './read-place.ts';

export const command = defineCommand({
  options: { output: JSON_OUTPUT, quiet: SHORT },
  async run({ options, context }) {
    const { region } = await readPlace(context);
    if (options.output !== undefined) return context.terminal.write(jsonText([{ Name: region, DisplayName: region }]));
    context.terminal.write(`Listing regions...\n\n${renderTable(['Name', 'Display name'], [[region, region]])}`);
  },
});
