/** `slipway secret update`: sets and drops single keys; the API knows only the whole, so it is read first. */
import { defineCommand } from '../command.ts';
import { OUTPUT_OPTION, renderOutput } from '../output/render-output.ts';
import { openProject } from '../project-scope.ts';
import { changeData } from '../read-data.ts';
import { NAME, QUIET } from '../shared-options.ts';
import { encodeData } from './render-secret.ts';
import { readSecretData, SECRET_OPTIONS } from './secret-options.ts';

export const command = defineCommand({
  options: {
    name: NAME,
    ...SECRET_OPTIONS,
    rm: { names: ['--rm'], kind: 'list', summary: 'drop a key' },
    output: OUTPUT_OPTION,
    quiet: QUIET,
  },
  operands: ['NAME'],
  async run({ options, context }) {
    const { name = '', rm: drop = [] } = options;
    const { client, project, signal } = await openProject(context);
    const params = { project_id: project.id, name };
    const before = await client.getSecret({ params, signal });
    const set = await readSecretData(options, context.cwd, { asText: before.format === 'service_access' });
    const data = changeData(before.data ?? {}, { set, drop });
    // The tag that was read: a change by somebody else in between is not overwritten.
    const change = { ifMatch: before.entity_tag, body: { format: before.format, data } };
    const secret = await client.replaceSecret({ params, ...change, signal });
    context.terminal.write((await renderOutput(options.output, encodeData(secret))) ?? '');
    context.say(
      `Updated secret "${name}". Mounted files follow at once; variables have the new values in a new revision`,
    );
  },
});
