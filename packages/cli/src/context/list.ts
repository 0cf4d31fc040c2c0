/** `slipway context list`. */
import { defineCommand } from '../command.ts';
import { contextsLoggedIn } from '../login/credentials.ts';
import { OUTPUT_OPTION, renderOutput } from '../output/render-output.ts';
import { renderTable } from '../output/text-table.ts';
import { QUIET } from '../shared-options.ts';
import { showContexts } from './render-context.ts';

export const command = defineCommand({
  options: { output: OUTPUT_OPTION, quiet: QUIET },
  async run({ options, context }) {
    const { env, platformName } = context;
    const items = showContexts(await context.settings(), { loggedIn: await contextsLoggedIn(env), platformName });
    const rows = items.map(({ name, current, url, project_id: project, logged_in: isIn }) => [
      current ? '*' : '',
      name,
      url ?? 'this machine',
      project ?? '',
      isIn ? 'yes' : 'no',
    ]);
    const headings = ['', 'Name', 'Address', 'Project', 'Logged in'];
    context.terminal.write((await renderOutput(options.output, { items })) ?? renderTable(headings, rows));
  },
});
