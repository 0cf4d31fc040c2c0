/** `ibmcloud plugin list`. */
import { defineCommand } from '../command.ts';
import { renderTable } from '../output/text-table.ts';
import { JSON_OUTPUT, jsonText, SHORT } from './ibmcloud-options.ts';
import { plugInDocument } from './plug-in.ts';

export const command = defineCommand({
  options: { output: JSON_OUTPUT, quiet: SHORT },
  async run({ options, context }) {
    const plugIn = await plugInDocument();
    if (options.output !== undefined) return context.terminal.write(jsonText([plugIn]));
    const headings = ['Plugin Name', 'Version', 'Status', 'Private endpoints supported'];
    const row = [`${plugIn.Name}[ce]`, plugIn.Version, '', 'true'];
    context.terminal.write(`Listing installed plug-ins...\n\n${renderTable(headings, [row])}`);
  },
});
