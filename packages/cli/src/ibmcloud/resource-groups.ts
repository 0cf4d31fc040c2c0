/** `ibmcloud resource groups`. */
import { defineCommand } from '../command.ts';
import { renderTable } from '../output/text-table.ts';
import { JSON_OUTPUT, jsonText, SHORT } from './ibmcloud-options.ts';
import { readPlace } from './read-place.ts';

export const command = defineCommand({
  options: {
    isDefault: { names: ['--default'], kind: 'flag', summary: 'the default one: it is the only one' },
    output: JSON_OUTPUT,
    quiet: SHORT,
  },
  async run({ options, context }) {
    const { accountId, group, user } = await readPlace(context);
    if (options.output !== undefined) {
      const document = { id: group.id, name: group.name, account_id: accountId, default: true, state: 'ACTIVE' };
      return context.terminal.write(jsonText([document]));
    }
    const head = `Retrieving all resource groups under account Slipway (${accountId}) as ${user.name}...\nOK\n`;
    const rows = [[group.name, group.id, 'true', 'ACTIVE']];
    const table = renderTable(['Name', 'ID', 'Default Group', 'State'], rows);
    context.terminal.write(`${context.quiet ? '' : head}${table}`);
  },
});
