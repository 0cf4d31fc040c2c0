/** What happened to an app, a revision or a build run, oldest first, with the columns of the public command line. */
import type { Event } from '@slipway/spec';
import { listAll } from './list-all.ts';
import { ageOf } from './output/age-of.ts';
import { capital } from './output/capital.ts';
import { OUTPUT_OPTION, renderOutput } from './output/render-output.ts';
import { renderTable } from './output/text-table.ts';
import type { OptionTable, ParsedOptions } from './command.ts';
import type { ProjectScope } from './project-scope.ts';
import { QUIET } from './shared-options.ts';

export const EVENT_OPTIONS = {
  instance: { names: ['--instance', '-i'], kind: 'value', summary: 'one instance only' },
  output: OUTPUT_OPTION,
  quiet: QUIET,
} as const satisfies OptionTable;

export interface EventShow {
  readonly appName: string;
  /** Absent: of every revision, and of the app itself. */
  readonly revision?: string;
}

export async function showEvents(
  { client, context, project, signal }: ProjectScope,
  options: ParsedOptions<typeof EVENT_OPTIONS>,
  { appName, revision }: EventShow,
): Promise<void> {
  const params = { project_id: project.id, app_name: appName };
  const events = await listAll(
    (query) => client.listAppEvents({ params, query, signal }),
    (page) => page.events,
  );
  const items = events.filter(
    (event) =>
      (revision === undefined || event.revision_name === revision) &&
      (options.instance === undefined || event.instance_name === options.instance),
  );
  const text = await renderOutput(options.output, { items });
  const what = revision === undefined ? `app "${appName}"` : `revision "${revision}"`;
  if (text === undefined && items.length === 0) context.say(`No events of ${what}`);
  else context.terminal.write(text ?? renderEvents(items.map(shownEvent), Date.now()));
}

function shownEvent(event: Event): ShownEvent {
  return { ...event, source: event.instance_name ?? event.revision_name ?? event.app_name ?? '' };
}

export interface ShownEvent {
  readonly severity: 'normal' | 'warning';
  readonly reason: string;
  readonly at: string;
  readonly source: string;
  readonly message: string;
}

export function renderEvents(events: readonly ShownEvent[], nowMs: number): string {
  const rows = events.map((event) => [
    capital(event.severity),
    event.reason,
    ageOf(event.at, nowMs),
    event.source,
    event.message,
  ]);
  return renderTable(['Type', 'Reason', 'Age', 'Source', 'Messages'], rows);
}
