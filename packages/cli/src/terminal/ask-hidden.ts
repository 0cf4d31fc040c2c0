/** Asks for a value that nobody may see: it is typed on a terminal, is not shown, and stands in no history. */
import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import type { CommandContext } from '../command-context.ts';
import { UsageFault } from '../usage-fault.ts';

export async function askHidden(
  { signal, terminal }: Pick<CommandContext, 'signal' | 'terminal'>,
  what: string,
): Promise<string> {
  if (process.stdin.isTTY !== true)
    throw new UsageFault(`Cannot ask for the ${what}: standard input is no terminal`, ['Give it by an option']);
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
  using reader = createInterface({ input: process.stdin, output: nowhere, terminal: true });
  // The reader takes Ctrl-C from the terminal itself, so it is passed on.
  reader.once('SIGINT', () => process.kill(process.pid, 'SIGINT'));
  terminal.writeError(`${what}: `);
  const answer = await reader.question('', { signal });
  terminal.writeError('\n');
  if (answer === '') throw new UsageFault(`Cannot go on without the ${what}: nothing was typed`);
  return answer;
}
