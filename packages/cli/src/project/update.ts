/** `slipway project update`: another name. What binds services to a project is not there yet. */
import { defineCommand } from '../command.ts';
import { OUTPUT_OPTION, renderOutput } from '../output/render-output.ts';
import { QUIET } from '../shared-options.ts';
import { UsageFault } from '../usage-fault.ts';
import { chosenProject, PROJECT_OPTIONS } from './project-options.ts';

const BINDING = { kind: 'value', summary: '', unavailable: 'Binding to services of the public platform' } as const;

export const command = defineCommand({
  options: {
    ...PROJECT_OPTIONS,
    newName: { names: ['--new-name'], kind: 'value', summary: 'name from now on; addresses stay as they are' },
    bindingResourceGroup: { names: ['--binding-resource-group', '--brg'], ...BINDING },
    bindingResourceGroupId: { names: ['--binding-resource-group-id', '--brgid'], ...BINDING },
    bindingServiceId: { names: ['--binding-service-id', '--bsid'], ...BINDING },
    output: OUTPUT_OPTION,
    quiet: QUIET,
  },
  operands: ['NAME'],
  examples: ['slipway project update --name shop --new-name store'],
  async run({ options, context }) {
    const { newName } = options;
    if (newName === undefined) throw new UsageFault('Cannot go on: --new-name is missing');
    const client = await context.client();
    const { id, name } = await chosenProject(context, client, options);
    const project = await client.updateProject({ params: { id }, body: { name: newName }, signal: context.signal });
    context.terminal.write((await renderOutput(options.output, project)) ?? '');
    context.say(`Project "${name}" is "${newName}" now. The addresses of its applications stay`);
  },
});
