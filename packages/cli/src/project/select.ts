/** `slipway project select`. */
import { defineCommand } from '../command.ts';
import { QUIET } from '../shared-options.ts';
import { chosenProject, PROJECT_OPTIONS } from './project-options.ts';
import { rememberProject } from './select-project.ts';

export const command = defineCommand({
  options: {
    ...PROJECT_OPTIONS,
    endpoint: {
      names: ['--endpoint', '-e'],
      kind: 'value',
      summary: 'kind of endpoint; both are this machine',
      values: ['public', 'private'],
    },
    kubecfg: { names: ['--kubecfg', '-k'], kind: 'flag', summary: '', unavailable: 'A kubeconfig', default: 'false' },
    quiet: QUIET,
  },
  operands: ['NAME'],
  async run({ options, context }) {
    const project = await chosenProject(context, await context.client(), options);
    await rememberProject(context, project.id);
    context.say(`Selected project "${project.name}"`);
  },
});
