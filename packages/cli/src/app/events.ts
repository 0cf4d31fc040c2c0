/** `slipway app events`: what happened to an app, oldest first. */
import type { Event } from '@slipway/spec';
import { defineCommand } from '../command.ts';
import { listAll } from '../list-all.ts';
import { ageOf } from '../output/age-of.ts';
import { OUTPUT_OPTION, renderOutput } from '../output/render-output.ts';
import { renderTable } from '../output/text-table.ts';
import { openProject } from '../project-scope.ts';
import { QUIET } from '../shared-options.ts';
import { UsageFault } from '../usage-fault.ts';
import { capital } from './render-app.ts';

export const command = defineCommand({
  options: {
    name: { names: ['--application', '--app', '-a', '--name', '-n'], kind: 'value', summary: 'name of the app' },
    instance: { names: ['--instance', '-i'], kind: 'value', summary: 'one instance only' },
    output: OUTPUT_OPTION,
    quiet: QUIET,
  },
  operands: ['NAME'],
  async run({ options, context }) {
    if (options.name === undefined) throw new UsageFault('Cannot show events: name the app with --name');
    const { client, project, signal } = await openProject(context);
    const params = { project_id: project.id, app_name: options.name };
    const events = await listAll(
      (query) => client.listAppEvents({ params, query, signal }),
      (page) => page.events,
    );
    const items = events.filter((event) => options.instance === undefined || event.instance_name === options.instance);
    const text = await renderOutput(options.output, { items });
    if (text === undefined && items.length === 0) context.say(`No events of app "${options.name}"`);
    else context.terminal.write(text ?? renderEvents(items, Date.now()));
  },
});

export function renderEvents(events: readonly Event[], nowMs: number): string {
  const rows = events.map((event) => [
    capital(event.severity),
    event.reason,
    ageOf(event.at, nowMs),
    event.instance_name ?? event.revision_name ?? event.app_name ?? '',
    event.message,
  ]);
  return renderTable(['Type', 'Reason', 'Age', 'Source', 'Message'], rows);
}
