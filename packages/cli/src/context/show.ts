/** `slipway context show`: the named context, else the one that commands use. */
import { defineCommand } from '../command.ts';
import { contextsLoggedIn } from '../login/credentials.ts';
import { LOCAL_CONTEXT, noSuchContext } from '../login/target.ts';
import { OUTPUT_OPTION, renderOutput } from '../output/render-output.ts';
import { renderFields } from '../output/text-table.ts';
import { NAME, QUIET } from '../shared-options.ts';
import { showContexts } from './render-context.ts';

export const command = defineCommand({
  options: { name: { ...NAME, required: false }, output: OUTPUT_OPTION, quiet: QUIET },
  operands: ['NAME'],
  async run({ options, context }) {
    const { env, platformName } = context;
    const settings = await context.settings();
    const name = options.name ?? (await nameInUse(context));
    const all = showContexts(settings, { loggedIn: await contextsLoggedIn(env), platformName });
    const shown = all.find((candidate) => candidate.name === name);
    if (!shown) throw noSuchContext(name, '--name', settings);
    const text = renderFields([
      ['Name', shown.name],
      ['Address', shown.url ?? `platform "${platformName}" of this machine`],
      ['Chosen', String(shown.current)],
      ['Project', shown.project_id],
      ['Logged in', String(shown.logged_in)],
      ['Own certificates', shown.trusts_own_certificates ? 'true' : undefined],
    ]);
    context.terminal.write((await renderOutput(options.output, shown)) ?? text);
  },
});

async function nameInUse(context: { target(): Promise<{ kind: string; name?: string }> }): Promise<string> {
  return (await context.target()).name ?? LOCAL_CONTEXT;
}
