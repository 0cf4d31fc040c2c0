/** `slipway configmap update`: sets and drops single keys; the API knows only the whole, so it is read first. */
import { defineCommand } from '../command.ts';
import { OUTPUT_OPTION, renderOutput } from '../output/render-output.ts';
import { openProject } from '../project-scope.ts';
import { changeData, DATA_OPTIONS, readData } from '../read-data.ts';
import { NAME, QUIET } from '../shared-options.ts';

export const command = defineCommand({
  options: {
    name: NAME,
    ...DATA_OPTIONS,
    rm: { names: ['--rm'], kind: 'list', summary: 'drop a key' },
    output: OUTPUT_OPTION,
    quiet: QUIET,
  },
  operands: ['NAME'],
  async run({ options, context }) {
    const { name = '', rm: drop = [] } = options;
    const set = await readData(options, context.cwd);
    const { client, project, signal } = await openProject(context);
    const params = { project_id: project.id, name };
    const before = await client.getConfigMap({ params, signal });
    const data = changeData(before.data ?? {}, { set, drop });
    // The tag that was read: a change by somebody else in between is not overwritten.
    const ifMatch = before.entity_tag;
    const configMap = await client.replaceConfigMap({ params, ifMatch, body: { data }, signal });
    context.terminal.write((await renderOutput(options.output, configMap)) ?? '');
    context.say(
      `Updated configmap "${name}". Mounted files follow at once; variables have the new values in a new revision`,
    );
  },
});
