/** `ibmcloud plugin show code-engine`. */
import { defineCommand } from '../command.ts';
import { renderTable } from '../output/text-table.ts';
import { CODE_ENGINE_WORDS } from './ibmcloud-table.ts';
import { JSON_OUTPUT, jsonText, SHORT } from './ibmcloud-options.ts';
import { PLUG_IN_NAME, plugInDocument, requirePlugIn } from './plug-in.ts';

export const command = defineCommand({
  options: { output: JSON_OUTPUT, quiet: SHORT },
  operands: ['PLUGIN'],
  async run({ options, operands, context }) {
    requirePlugIn(operands[0] ?? PLUG_IN_NAME, 'show');
    const plugIn = await plugInDocument();
    if (options.output !== undefined) return context.terminal.write(jsonText(plugIn));
    const rows = [
      ['Plugin Version', plugIn.Version],
      ['Minimal CLI version', plugIn.Version],
      ['Commands', CODE_ENGINE_WORDS.join(', ')],
    ];
    context.terminal.write(renderTable(['Plugin Name', plugIn.Name], rows));
  },
});
