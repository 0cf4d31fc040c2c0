/** `slipway member add`: gives a user a role, or another one than before. The role says where. */
import { nameOfTarget } from '../command-context.ts';
import { defineCommand } from '../command.ts';
import { OUTPUT_OPTION, renderOutput } from '../output/render-output.ts';
import { openProject } from '../project-scope.ts';
import { NAME, QUIET } from '../shared-options.ts';
import { UsageFault } from '../usage-fault.ts';
import { platformRoleOf, projectRoleOf, ROLE } from './member-scope.ts';

export const command = defineCommand({
  options: {
    name: { ...NAME, summary: 'the user, as whoami shows it' },
    role: ROLE,
    output: OUTPUT_OPTION,
    quiet: QUIET,
  },
  operands: ['NAME'],
  examples: [
    'slipway member add dev@example.com --role writer --project shop',
    'slipway member add dev@example.com --role editor',
  ],
  async run({ options, context }) {
    const { name: id = '', role = '' } = options;
    const { signal } = context;
    const platformRole = platformRoleOf(role);
    if (platformRole) {
      const client = await context.client();
      const member = await client.setPlatformMember({ params: { id }, body: { role: platformRole }, signal });
      context.terminal.write((await renderOutput(options.output, member)) ?? '');
      context.say(`"${id}" is ${platformRole} of ${nameOfTarget(await context.target())}`);
      return;
    }
    const projectRole = projectRoleOf(role);
    if (!projectRole) throw new UsageFault(`Cannot give the role "${role}": there is none of this name`);
    const { client, project } = await openProject(context);
    const params = { project_id: project.id, id };
    const member = await client.setMember({ params, body: { role: projectRole }, signal });
    context.terminal.write((await renderOutput(options.output, member)) ?? '');
    context.say(`"${id}" is ${projectRole} of project "${project.name}"`);
  },
});
