/** `slipway revision logs`. */
import { defineCommand } from '../command.ts';
import { openProject } from '../project-scope.ts';
import { LOG_OPTIONS, showLogs } from '../show-logs.ts';
import { UsageFault } from '../usage-fault.ts';
import { appOfRevision } from './find-revision.ts';

export const command = defineCommand({
  options: {
    name: { names: ['--revision', '--rev', '-r', '--name', '-n'], kind: 'value', summary: 'name of the revision' },
    ...LOG_OPTIONS,
  },
  operands: ['NAME'],
  async run({ options, context }) {
    const { name } = options;
    if (name === undefined) throw new UsageFault('Cannot show logs: name the revision with --name');
    const appName = appOfRevision(name);
    await showLogs(await openProject(context), options, { appName, revision: name, raw: false });
  },
});
