/** Help texts, made from the command and option tables. Pure. */
import type { Command, OptionSpec } from './command.ts';
import { COMMANDS, GROUP_ALIASES, GROUP_SUMMARIES, type CommandEntry } from './command-table.ts';

export function overviewHelp(version: string): string {
  const single = COMMANDS.filter((entry) => entry.words.length === 1);
  return [
    `Slipway ${version}: from a folder to a URL, on your own machine`,
    '',
    'Usage: slipway COMMAND [OPTIONS]',
    '',
    'Begin here:',
    ...columns([['deploy FOLDER', 'build the folder, run it, print its URL']]),
    '',
    'Commands:',
    ...columns(single.map((entry) => [entry.words[0], entry.summary])),
    '',
    'Groups:',
    ...columns(Object.entries(GROUP_SUMMARIES).filter(([group]) => !group.includes(' '))),
    '',
    'For all: --project NAME, --context NAME (or SLIPWAY_CONTEXT), --platform NAME (or SLIPWAY_PLATFORM), --help',
    'More: slipway COMMAND --help',
  ].join('\n');
}

/** The group and the groups inside of it. */
export function groupHelp(group: string): string {
  const rows = COMMANDS.flatMap(({ words, summary }): [string, string][] => {
    const text = words.join(' ');
    return text.startsWith(`${group} `) ? [[text.slice(group.length + 1), summary]] : [];
  });
  const names = (GROUP_ALIASES[group] ?? [group]).join(', ');
  const head = [GROUP_SUMMARIES[group] ?? group, ''];
  if (rows.length === 0) return head.slice(0, 1).join('\n');
  return [
    ...head,
    `Usage: slipway ${group} COMMAND [OPTIONS]      (also written: ${names})`,
    '',
    'Commands:',
    ...columns(rows),
    '',
    `More: slipway ${group} COMMAND --help`,
  ].join('\n');
}

export function commandHelp(entry: CommandEntry, command: Command, program: string): string {
  const operands = (command.operands ?? []).map((operand) => ` [${operand}]`).join('');
  const specs = Object.values(command.options);
  const available = specs.filter((spec) => spec.unavailable === undefined);
  const lines = [
    entry.summary,
    '',
    `Usage: ${program} ${entry.words.join(' ')}${operands}${specs.length > 0 ? ' [OPTIONS]' : ''}`,
    ...(command.unavailable === undefined ? [] : ['', `${command.unavailable} is not available yet.`]),
  ];
  if (available.length > 0)
    lines.push('', 'Options:', ...columns(available.map((spec) => [optionNames(spec), optionText(spec)])));
  const upcoming = specs.filter((spec) => spec.unavailable !== undefined).map((spec) => spec.names[0]);
  if (upcoming.length > 0) lines.push('', `Not available yet: ${upcoming.join(', ')}`);
  const examples = command.examples ?? [];
  if (examples.length > 0) lines.push('', 'Examples:', ...examples.map((example) => `  ${example}`));
  return lines.join('\n');
}

function optionNames(spec: OptionSpec): string {
  const hole = { flag: '', value: ' VALUE', number: ' N', list: ' VALUE …' }[spec.kind];
  return spec.names.join(', ') + hole;
}

function optionText(spec: OptionSpec): string {
  const notes = [
    ...(spec.required ? ['required'] : []),
    ...(spec.values ? [`one of ${spec.values.join(', ')}`] : []),
    ...(spec.default !== undefined && spec.default !== 'false' ? [`default ${spec.default}`] : []),
  ];
  return notes.length === 0 ? spec.summary : `${spec.summary} (${notes.join('; ')})`;
}

const COLUMN_MAX = 34;

export function columns(rows: readonly (readonly [string, string])[]): readonly string[] {
  const width = Math.min(COLUMN_MAX, Math.max(...rows.map(([left]) => left.length)));
  return rows.flatMap(([left, right]) => {
    if (left.length <= width) return [`  ${left.padEnd(width)}  ${right}`];
    return [`  ${left}`, `  ${' '.repeat(width)}  ${right}`];
  });
}
