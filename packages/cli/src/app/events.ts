/** `slipway app events`: what happened to an app, oldest first. */
import { defineCommand } from '../command.ts';
import { openProject } from '../project-scope.ts';
import { EVENT_OPTIONS, showEvents } from '../show-events.ts';
import { UsageFault } from '../usage-fault.ts';

export const command = defineCommand({
  options: {
    name: { names: ['--application', '--app', '-a', '--name', '-n'], kind: 'value', summary: 'name of the app' },
    ...EVENT_OPTIONS,
  },
  operands: ['NAME'],
  async run({ options, context }) {
    if (options.name === undefined) throw new UsageFault('Cannot show events: name the app with --name');
    await showEvents(await openProject(context), options, { appName: options.name });
  },
});
