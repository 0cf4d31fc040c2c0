/**
 * Before something is lost: whoever sits at a terminal types the name of what goes, or yes where there is no one name;
 * a script says --force.
 */
import { createInterface } from 'node:readline/promises';
import type { CommandContext } from './command-context.ts';
import { CommandFault, UsageFault } from './usage-fault.ts';

export async function confirmByName(
  context: Pick<CommandContext, 'signal'>,
  { action, what }: { readonly action: string; readonly what: string },
): Promise<void> {
  if (process.stdin.isTTY !== true) {
    throw new UsageFault(`Cannot ${action} ${what} without being sure: there is no terminal to ask on`, [
      'Add --force',
    ]);
  }
  const name = /"([^"]+)"/.exec(what)?.[1] ?? '';
  const capital = action.replace(/^./, (letter) => letter.toUpperCase());
  const answer = await ask(context, `${capital} ${what}? Type "${name}" to do it: `);
  if (answer !== name) throw new CommandFault('failure', `Nothing was done: the name was not typed, ${what} stays`);
}

export async function confirmYes(
  context: Pick<CommandContext, 'signal'>,
  { question, refusal }: { readonly question: string; readonly refusal: string },
): Promise<void> {
  if (!/^y(es)?$/i.test(await ask(context, `${question} [y/N] `))) throw new CommandFault('failure', refusal);
}

async function ask({ signal }: Pick<CommandContext, 'signal'>, question: string): Promise<string> {
  using reader = createInterface({ input: process.stdin, output: process.stderr });
  // The reader takes Ctrl-C from the terminal itself, so it is passed on.
  reader.once('SIGINT', () => process.kill(process.pid, 'SIGINT'));
  return (await reader.question(question, { signal })).trim();
}
