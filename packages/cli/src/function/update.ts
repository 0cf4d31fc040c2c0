/** `slipway function update`: changes only what is named. */
import type { FunctionPatch } from '@slipway/spec';
import { defineCommand } from '../command.ts';
import { renderOutput } from '../output/render-output.ts';
import { openProject } from '../project-scope.ts';
import { given } from '../runtime/runtime-body.ts';
import { UsageFault } from '../usage-fault.ts';
import { functionSettings } from './function-body.ts';
import { FUNCTION_CHANGE_OPTIONS } from './function-options.ts';
import { readCode } from './read-code.ts';

export const command = defineCommand({
  options: FUNCTION_CHANGE_OPTIONS,
  operands: ['NAME'],
  examples: ['slipway function update --name greet --inline-code main.js --env LANGUAGE=fr'],
  async run({ options, context }) {
    const { name = '', force = false } = options;
    const code = given({ code_reference: await readCode(options, context.cwd) });
    const { client, project, signal } = await openProject(context);
    const params = { project_id: project.id, name };
    const before = await client.getFunction({ params, signal });
    const body: FunctionPatch = { ...functionSettings(options, before.run_env_variables), ...code };
    if (Object.keys(body).length === 0)
      throw new UsageFault(`Cannot update function "${name}": no option says what to change`);
    // Inline code is not pulled, so the secret of an earlier bundle goes; a merge patch drops a field by null.
    if (options.inlineCode !== undefined && body.code_secret === undefined) Object.assign(body, { code_secret: null });
    // The tag that was read: a change by somebody else in between is not overwritten.
    const call = { params, query: { force }, ifMatch: before.entity_tag, body };
    const updated = await client.updateFunction({ ...call, signal });
    context.terminal.write((await renderOutput(options.output, updated)) ?? `${updated.endpoint}\n`);
    context.say(`Updated function "${name}". It is ${updated.status}`);
  },
});
