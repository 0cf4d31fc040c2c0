/** `slipway buildrun logs`. */
import type { BuildLogLine } from '@slipway/spec';
import { defineCommand } from '../command.ts';
import { renderOutput } from '../output/render-output.ts';
import { openProject } from '../project-scope.ts';
import { LINE_OPTIONS, RAW } from '../show-logs.ts';
import { UsageFault } from '../usage-fault.ts';
import { stepText } from './follow-build-run.ts';

export const command = defineCommand({
  options: {
    name: {
      names: ['--buildrun', '-b', '--br', '--name', '-n'],
      kind: 'value',
      summary: 'name of the build run',
      required: true,
    },
    ...LINE_OPTIONS,
    raw: RAW,
  },
  operands: ['NAME'],
  async run({ options, context }) {
    if (options.follow && options.output !== undefined)
      throw new UsageFault('Cannot use --follow with --output: one of them');
    const { client, project, signal } = await openProject(context);
    const params = { project_id: project.id, name: options.name ?? '' };
    const tail = options.tail !== undefined && options.tail >= 0 ? { tail: options.tail } : {};
    const lines = await client.listBuildRunLogs({
      params,
      query: { follow: options.follow === true, ...tail },
      signal,
    });
    if (options.output !== undefined) {
      const items = [];
      for await (const line of lines) items.push(line);
      context.terminal.write((await renderOutput(options.output, { items })) ?? '');
      return;
    }
    const format = { raw: options.raw === true, timestamps: options.timestamps === true };
    for await (const line of lines) context.terminal.write(formatBuildLine(line, format));
  },
});

/** A line as it is, or a step as `==> build: succeeded (1.5 s)`. */
export function formatBuildLine(
  line: BuildLogLine,
  options: { readonly raw: boolean; readonly timestamps: boolean },
): string {
  const time = options.timestamps ? `${line.at} ` : '';
  return line.step && !options.raw ? `${time}==> ${stepText(line.step)}\n` : `${time}${line.text}\n`;
}
