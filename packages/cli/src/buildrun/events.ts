/** `slipway buildrun events`: the steps of a build run; the API tells them between the lines of its log. */
import type { BuildLogLine } from '@slipway/spec';
import { defineCommand } from '../command.ts';
import { OUTPUT_OPTION, renderOutput } from '../output/render-output.ts';
import { openProject } from '../project-scope.ts';
import { QUIET } from '../shared-options.ts';
import { renderEvents, type ShownEvent } from '../show-events.ts';
import { stepText } from './follow-build-run.ts';

export const command = defineCommand({
  options: {
    name: {
      names: ['--buildrun', '-b', '--br', '--name', '-n'],
      kind: 'value',
      summary: 'name of the build run',
      required: true,
    },
    output: OUTPUT_OPTION,
    quiet: QUIET,
  },
  operands: ['NAME'],
  async run({ options, context }) {
    const { client, project, signal } = await openProject(context);
    const { name = '' } = options;
    const params = { project_id: project.id, name };
    const items: ShownEvent[] = [];
    for await (const line of await client.listBuildRunLogs({ params, query: { follow: false }, signal }))
      items.push(...eventsOf(line));
    const text = await renderOutput(options.output, { items });
    if (text === undefined && items.length === 0) context.say(`No events of build run "${name}"`);
    else context.terminal.write(text ?? renderEvents(items, Date.now()));
  },
});

const REASONS = { running: 'Started', succeeded: 'Completed', failed: 'Failed' } as const;

/** A line of the log is an event when it says that a step begins or ends. */
export function eventsOf({ at, step }: BuildLogLine): readonly ShownEvent[] {
  if (!step) return [];
  const severity = step.state === 'failed' ? 'warning' : 'normal';
  return [{ at, severity, reason: REASONS[step.state], source: `step-${step.name}`, message: stepText(step) }];
}
