/** Log lines of apps and revisions on stdout: under a heading per instance, or raw; streamed as they come. */
import { styleText } from 'node:util';
import type { LogLine, Query } from '@slipway/spec';
import { createLogFilter, type LogFilterOptions } from './log-filter.ts';
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
  readonly filter?: LogFilterOptions;
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
  const isShown = createLogFilter(show.filter ?? {});
  const lines = await scope.client.listAppLogs({ params, query, signal: scope.signal });
  if (options.output !== undefined) {
    const items = [];
    for await (const line of lines) if (isShown(line)) items.push(line);
    terminal.write((await renderOutput(options.output, { items })) ?? '');
    return;
  }
  if (options.follow) await tellSleeping(scope, show.appName);
  const hasPrefix = options.follow === true && terminal.outputHasColor === true;
  const format = createLogFormat({ raw: show.raw, timestamps: options.timestamps === true, hasPrefix });
  let count = 0;
  for await (const line of lines) {
    count += 1;
    if (isShown(line)) terminal.write(format(line));
  }
  if (count === 0)
    scope.context.say(
      `App "${show.appName}" has printed nothing${options.instance === undefined ? '' : ' in this instance'}`,
    );
}

/** Nothing comes while nothing runs: whoever waits is told so. */
async function tellSleeping({ client, project, context, signal }: ProjectScope, name: string): Promise<void> {
  const params = { project_id: project.id, app_name: name };
  const { instances } = await client.listAppInstances({ params, query: { limit: 1 }, signal });
  if (instances.length === 0)
    context.say(`App "${name}" has 0 instances: what was printed before, then waiting for a request`);
}

const PREFIX_COLORS = ['cyan', 'green', 'yellow', 'magenta', 'blue', 'red'] as const;

/** `00001-abcde |`, the same instance always in the same colour. */
function prefixOf(instance: string): string {
  const sum = Buffer.from(instance).reduce((total, byte) => total + byte, 0);
  const short = instance.split('-').slice(-2).join('-');
  return styleText(PREFIX_COLORS[sum % PREFIX_COLORS.length] ?? 'cyan', `${short} |`, { validateStream: false });
}

/** A heading whenever the instance changes, as `kubectl logs` and Code Engine print it. */
export function createLogFormat(options: {
  readonly raw: boolean;
  readonly timestamps: boolean;
  /** In place of headings. */
  readonly hasPrefix?: boolean;
}): (line: LogLine) => string {
  let instance: string | undefined;
  return (line) => {
    const text = `${options.timestamps ? `${line.at} ` : ''}${line.text}\n`;
    if (options.hasPrefix === true && !options.raw) return `${prefixOf(line.instance)} ${text}`;
    if (options.raw || line.instance === instance) return text;
    const heading = `${instance === undefined ? '' : '\n'}${line.instance}:\n`;
    instance = line.instance;
    return heading + text;
  };
}
