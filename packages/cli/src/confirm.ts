/** Asks a question on the terminal that yes answers; anything else ends the command. */
import { createInterface } from 'node:readline/promises';
import type { CommandContext } from './command-context.ts';
import { CommandFault } from './usage-fault.ts';

export async function confirm(
  context: Pick<CommandContext, 'signal'>,
  { question, refusal }: { readonly question: string; readonly refusal: string },
): Promise<void> {
  using reader = createInterface({ input: process.stdin, output: process.stderr });
  // The reader takes Ctrl-C from the terminal itself, so it is passed on.
  reader.once('SIGINT', () => process.kill(process.pid, 'SIGINT'));
  const answer = await reader.question(`${question} [y/N] `, { signal: context.signal });
  if (!/^y(es)?$/i.test(answer.trim())) throw new CommandFault('failure', refusal);
}
