/** `ibmcloud resource group NAME`: whatever it is called, it is this platform. */
import { defineCommand } from '../command.ts';
import { renderFields } from '../output/text-table.ts';
import { UsageFault } from '../usage-fault.ts';
import { JSON_OUTPUT, jsonText, SHORT } from './ibmcloud-options.ts';
import { readPlace } from './read-place.ts';

export const command = defineCommand({
  options: {
    id: { names: ['--id'], kind: 'flag', summary: 'print its id alone' },
    output: JSON_OUTPUT,
    quiet: SHORT,
  },
  operands: ['GROUP'],
  async run({ options, operands, context }) {
    const [name] = operands;
    if (name === undefined) throw new UsageFault('Cannot go on: the name of the resource group is missing');
    const { accountId, group } = await readPlace(context);
    if (options.id) return context.terminal.write(`${group.id}\n`);
    const document = { id: group.id, name, account_id: accountId, default: true, state: 'ACTIVE' };
    if (options.output !== undefined) return context.terminal.write(jsonText([document]));
    const text = renderFields([
      ['Name', name],
      ['Account ID', accountId],
      ['ID', group.id],
      ['Default Resource Group', 'true'],
      ['State', 'ACTIVE'],
    ]);
    context.terminal.write(text);
  },
});
