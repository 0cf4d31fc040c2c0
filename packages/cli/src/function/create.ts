/** `slipway function create`: from a file with code, or a code bundle. */
import { defineCommand } from '../command.ts';
import { renderOutput } from '../output/render-output.ts';
import { openProject } from '../project-scope.ts';
import { UsageFault } from '../usage-fault.ts';
import { functionSettings } from './function-body.ts';
import { FUNCTION_CREATE_OPTIONS } from './function-options.ts';
import { readCode } from './read-code.ts';

export const command = defineCommand({
  options: FUNCTION_CREATE_OPTIONS,
  operands: ['NAME'],
  examples: ['slipway function create --name greet --runtime nodejs-22 --inline-code main.js'],
  async run({ options, context }) {
    const { name = '', runtime = '', force = false } = options;
    const settings = functionSettings(options);
    const code_reference = await readCode(options, context.cwd);
    if (code_reference === undefined) {
      throw new UsageFault(`Cannot create function "${name}": it needs code`, [
        'Add --inline-code FILE, or --code-bundle cr://REGISTRY/NAME:TAG',
      ]);
    }
    const { client, project, signal } = await openProject(context);
    const body = { ...settings, name, runtime, code_reference };
    const created = await client.createFunction({ params: { project_id: project.id }, query: { force }, body, signal });
    context.terminal.write((await renderOutput(options.output, created)) ?? `${created.endpoint}\n`);
    context.say(`Created function "${name}". It is ${created.status}`);
  },
});
