/** `ibmcloud plugin install` and `update`: what is built in is there, and everything else is not. */
import { defineCommand } from '../command.ts';
import { SHORT } from './ibmcloud-options.ts';
import { plugInDocument, PLUG_IN_NAME, requirePlugIn } from './plug-in.ts';

export const command = defineCommand({
  options: {
    force: { names: ['-f', '--force'], kind: 'flag', summary: 'ask nothing' },
    repository: { names: ['-r'], kind: 'value', summary: 'without effect here' },
    version: { names: ['-v'], kind: 'value', summary: 'without effect here' },
    all: { names: ['-a', '--all'], kind: 'flag', summary: 'every plug-in' },
    quiet: SHORT,
  },
  operands: ['PLUGIN'],
  async run({ operands, context }) {
    requirePlugIn((operands[0] ?? PLUG_IN_NAME).split('@')[0] ?? '', 'install');
    const { Name, Version } = await plugInDocument();
    context.terminal.write(`Plug-in '${Name} ${Version}' is built in.\nOK\n`);
  },
});
