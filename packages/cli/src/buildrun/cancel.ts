/** `slipway buildrun cancel`: the API stops a running build by deleting its run. */
import { defineCommand } from '../command.ts';
import { openProject } from '../project-scope.ts';
import { NAME, QUIET } from '../shared-options.ts';
import { CommandFault } from '../usage-fault.ts';

export const command = defineCommand({
  options: { name: NAME, quiet: QUIET },
  operands: ['NAME'],
  async run({ options, context }) {
    const { client, project, signal } = await openProject(context);
    const { name = '' } = options;
    const params = { project_id: project.id, name };
    const run = await client.getBuildRun({ params, signal });
    if (run.status === 'succeeded' || run.status === 'failed') {
      throw new CommandFault('conflict', `Cannot cancel build run "${name}": it has ${run.status}`, [
        `Remove it: slipway buildrun delete --name ${name}`,
      ]);
    }
    await client.deleteBuildRun({ params, signal });
    context.say(`Cancelled build run "${name}"`);
  },
});
