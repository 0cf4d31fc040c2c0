/** `slipway revision events`: what happened to a revision, oldest first. */
import { defineCommand } from '../command.ts';
import { openProject } from '../project-scope.ts';
import { EVENT_OPTIONS, showEvents } from '../show-events.ts';
import { UsageFault } from '../usage-fault.ts';
import { appOfRevision } from './find-revision.ts';

export const command = defineCommand({
  options: {
    name: { names: ['--revision', '--rev', '-r', '--name', '-n'], kind: 'value', summary: 'name of the revision' },
    ...EVENT_OPTIONS,
  },
  operands: ['NAME'],
  async run({ options, context }) {
    const { name: revision } = options;
    if (revision === undefined) throw new UsageFault('Cannot show events: name the revision with --name');
    await showEvents(await openProject(context), options, { appName: appOfRevision(revision), revision });
  },
});
