/** `slipway app logs`: what the app printed, of instances that are gone too. */
import { defineCommand } from '../command.ts';
import { openProject } from '../project-scope.ts';
import { FILTER_OPTIONS } from '../log-filter.ts';
import { LOG_OPTIONS, RAW, showLogs } from '../show-logs.ts';
import { UsageFault } from '../usage-fault.ts';

export const command = defineCommand({
  options: {
    name: { names: ['--application', '--app', '-a', '--name', '-n'], kind: 'value', summary: 'name of the app' },
    ...LOG_OPTIONS,
    ...FILTER_OPTIONS,
    raw: RAW,
    revision: { names: ['--revision', '--rev'], kind: 'value', summary: 'one revision only' },
    since: { names: ['--since'], kind: 'value', summary: 'from a time on, or the last 30s, 15m, 24h' },
  },
  operands: ['NAME'],
  examples: ['slipway app logs --name web --follow', 'slipway app logs web --since 15m --level warn --grep timeout'],
  async run({ options, context }) {
    if (options.name === undefined) throw new UsageFault('Cannot show logs: name the app with --name');
    const { name, revision, since, raw, grep, level } = options;
    const filter = { grep, level };
    await showLogs(await openProject(context), options, { appName: name, revision, since, raw: raw === true, filter });
  },
});
