/** Log lines of apps and revisions on stdout: under a heading per instance, or raw; streamed as they come. */
import type { LogLine, Query } from '@slipway/spec';
import { OUTPUT_OPTION, renderOutput } from './output/render-output.ts';
import type { OptionSpec, ParsedOptions } from './command.ts';
import type { ProjectScope } from './project-scope.ts';
import { QUIET } from './shared-options.ts';
import { UsageFault } from './usage-fault.ts';

/** Of every log. */
export const LINE_OPTIONS = {
  follow: { names: ['--follow', '-f'], kind: 'flag', summary: 'go on with new lines', default: 'false' },
  output: OUTPUT_OPTION,
  quiet: QUIET,
  tail: { names: ['--tail', '-t'], kind: 'number', summary: 'last lines only; -1 is all', default: '-1' },
  timestamps: {
    names: ['--timestamps', '--ts'],
    kind: 'flag',
    summary: 'show the time of each line',
    default: 'false',
  },
} as const satisfies Record<string, OptionSpec>;

export const RAW = {
  names: ['--raw', '-r'],
  kind: 'flag',
  summary: 'lines without headings',
  default: 'false',
} as const satisfies OptionSpec;

/** Of logs that instances make. */
export const LOG_OPTIONS = {
  allContainers: {
    names: ['--all-containers', '--all'],
    kind: 'flag',
    summary: 'all containers; an instance has one',
    default: 'false',
  },
  instance: { names: ['--instance', '-i'], kind: 'value', summary: 'one instance only' },
  ...LINE_OPTIONS,
} as const satisfies Record<string, OptionSpec>;

export interface LogShow {
  readonly appName: string;
  readonly revision?: string | undefined;
  readonly since?: string | undefined;
  readonly raw: boolean;
}

export async function showLogs(
  scope: ProjectScope,
  options: ParsedOptions<typeof LOG_OPTIONS>,
  show: LogShow,
): Promise<void> {
  const { terminal } = scope.context;
  if (options.follow && options.output !== undefined)
    throw new UsageFault('Cannot use --follow with --output: one of them');
  const query: Query<'listAppLogs'> = {
    follow: options.follow === true,
    ...(options.tail !== undefined && options.tail >= 0 ? { tail: options.tail } : {}),
    ...(options.instance === undefined ? {} : { instance: options.instance }),
    ...(show.revision === undefined ? {} : { revision: show.revision }),
    ...(show.since === undefined ? {} : { since: show.since }),
  };
  const params = { project_id: scope.project.id, app_name: show.appName };
  const lines = await scope.client.listAppLogs({ params, query, signal: scope.signal });
  if (options.output !== undefined) {
    const items = [];
    for await (const line of lines) items.push(line);
    terminal.write((await renderOutput(options.output, { items })) ?? '');
    return;
  }
  const format = createLogFormat({ raw: show.raw, timestamps: options.timestamps === true });
  let count = 0;
  for await (const line of lines) {
    terminal.write(format(line));
    count += 1;
  }
  if (count === 0)
    scope.context.say(
      `App "${show.appName}" has printed nothing${options.instance === undefined ? '' : ' in this instance'}`,
    );
}

/** A heading whenever the instance changes, as `kubectl logs` and Code Engine print it. */
export function createLogFormat(options: {
  readonly raw: boolean;
  readonly timestamps: boolean;
}): (line: LogLine) => string {
  let instance: string | undefined;
  return (line) => {
    const text = `${options.timestamps ? `${line.at} ` : ''}${line.text}\n`;
    if (options.raw || line.instance === instance) return text;
    const heading = `${instance === undefined ? '' : '\n'}${line.instance}:\n`;
    instance = line.instance;
    return heading + text;
  };
}
