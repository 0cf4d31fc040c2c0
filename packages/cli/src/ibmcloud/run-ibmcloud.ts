/**
 * The program `ibmcloud`: `ibmcloud ce …` is `slipway …` to the last option, and a few commands around it are there, so
 * that scripts written for the public cloud run as they are. Its failures begin with the word those scripts look for.
 */
import { EXIT_CODES } from '../exit-code.ts';
import { columns } from '../help.ts';
import { carryOut, runCommand, tellProblem, type Run } from '../run-command.ts';
import { UsageFault } from '../usage-fault.ts';
import { CODE_ENGINE_WORDS, IBMCLOUD_ALIASES, IBMCLOUD_COMMANDS } from './ibmcloud-table.ts';

const PROGRAM = 'ibmcloud';
const HELP_WORDS: readonly string[] = ['help', '--help', '-h'];

export async function runIbmcloud(run: Run): Promise<number> {
  const [first = 'help', ...rest] = run.words;
  if (CODE_ENGINE_WORDS.includes(first)) return await runCommand({ ...run, words: rest });
  if (HELP_WORDS.includes(first)) {
    run.terminal.write(`${overview()}\n`);
    return EXIT_CODES.success;
  }
  const words = [IBMCLOUD_ALIASES[first] ?? first, ...rest];
  try {
    const entry = IBMCLOUD_COMMANDS.find((known) => known.words.every((word, at) => words[at] === word));
    if (!entry) throw notHere(words);
    return await carryOut(entry, words.slice(entry.words.length), { ...run, program: PROGRAM });
  } catch (error) {
    run.terminal.writeError('FAILED\n');
    return tellProblem(run, error, { program: PROGRAM, command: '' });
  }
}

function notHere(words: readonly string[]): UsageFault {
  const said = words.filter((word) => !word.startsWith('-')).slice(0, 2);
  return new UsageFault(`Cannot run "ibmcloud ${said.join(' ')}": it is not here`, [
    'This program speaks to a Slipway platform, and knows Code Engine and what is around it, not the other services',
    `There are: ${CODE_ENGINE_WORDS.join(', ')}, ${IBMCLOUD_COMMANDS.map((entry) => entry.words.join(' ')).join(', ')}`,
  ]);
}

function overview(): string {
  return [
    "ibmcloud: the public cloud's command line, as far as Code Engine needs it, for a Slipway platform",
    '',
    'Usage: ibmcloud COMMAND [OPTIONS]',
    '',
    'Commands:',
    ...columns([
      [`${CODE_ENGINE_WORDS.join(', ')} COMMAND`, 'all commands of Code Engine: see ibmcloud ce help'],
      ...IBMCLOUD_COMMANDS.map(({ words, summary }) => [words.join(' '), summary] as const),
    ]),
  ].join('\n');
}
