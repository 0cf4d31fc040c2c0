/** Which command the first words are, in whatever spelling. Pure. */
import { COMMANDS, COMMAND_ALIASES, GROUP_ALIASES, type CommandEntry } from './command-table.ts';

type Words = readonly string[];

export type Found =
  | { readonly entry: CommandEntry; readonly rest: Words }
  | { readonly entry?: undefined; readonly group: string; readonly rest: Words };

/** A command with the words after it, or the group whose command is missing or not known; undefined for neither. */
export function findCommand(words: Words): Found | undefined {
  const [first = '', ...others] = words;
  const single = commandOf(COMMAND_ALIASES[first] ?? first);
  if (single) return { entry: single, rest: others };
  const outer = groupOf(first);
  if (outer === undefined) return undefined;
  let group = outer;
  for (let rest = others; ; rest = rest.slice(1)) {
    const [word = ''] = rest;
    const entry = commandOf(`${group} ${word}`);
    if (entry) return { entry, rest: rest.slice(1) };
    const inner = groupOf(word, group);
    if (inner === undefined) return { group, rest };
    group = inner;
  }
}

function commandOf(text: string): CommandEntry | undefined {
  return COMMANDS.find(({ words }) => words.join(' ') === text);
}

/** The group that a word means, at the beginning or inside of another group. */
function groupOf(word: string, outer?: string): string | undefined {
  return Object.keys(GROUP_ALIASES).find((name) => {
    const parent = name.includes(' ') ? name.slice(0, name.lastIndexOf(' ')) : undefined;
    return parent === outer && GROUP_ALIASES[name]?.includes(word);
  });
}
