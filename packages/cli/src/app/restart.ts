/** `slipway app restart`: replaces the instances of an app, or one, each after its successor takes requests. */
import { defineCommand } from '../command.ts';
import { openProject } from '../project-scope.ts';
import { QUIET } from '../shared-options.ts';
import { UsageFault } from '../usage-fault.ts';

export const command = defineCommand({
  options: {
    name: { names: ['--application', '--app', '-a', '--name', '-n'], kind: 'value', summary: 'name of the app' },
    instance: { names: ['--instance', '-i'], kind: 'value', summary: 'one instance only' },
    quiet: QUIET,
  },
  operands: ['NAME'],
  examples: ['slipway app restart web', 'slipway app restart --instance web-00001-x7k2p'],
  async run({ options, context }) {
    const { instance, name = appOfInstance(instance) } = options;
    if (name === undefined) throw new UsageFault('Cannot restart an app: its name is missing, e.g. --name web');
    const { client, project, signal } = await openProject(context);
    const body = instance === undefined ? {} : { instance_name: instance };
    await client.restartApp({ params: { project_id: project.id, name }, body, signal });
    context.say(
      instance === undefined ? `App "${name}" is being restarted` : `Instance "${instance}" is being replaced`,
    );
  },
});

/** `web-00001-x7k2p` is one of `web`. Pure. */
export function appOfInstance(instance: string | undefined): string | undefined {
  return /^(.+)-\d{5}-[a-z0-9]+$/.exec(instance ?? '')?.[1];
}
