/** At the end of what succeeded: what one may want to do now, ready to be copied. Nothing with --quiet. */
import type { CommandContext } from './command-context.ts';

const COMMANDS_SHOWN_MAX = 3;

export function sayNext({ say }: Pick<CommandContext, 'say'>, commands: readonly string[]): void {
  if (commands.length === 0) return;
  say('Next:');
  for (const command of commands.slice(0, COMMANDS_SHOWN_MAX)) say(`  ${command}`);
}
