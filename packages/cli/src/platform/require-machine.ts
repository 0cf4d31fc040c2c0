/** Commands about the machine they run on take no context but its own: nobody should start a platform here by mistake. */
import type { CommandContext } from '../command-context.ts';
import { LOCAL_CONTEXT } from '../login/target.ts';
import { UsageFault } from '../usage-fault.ts';

export function requireMachine({ contextName }: Pick<CommandContext, 'contextName'>, what: string): void {
  if (contextName === undefined || contextName === LOCAL_CONTEXT) return;
  throw new UsageFault(`Cannot ${what} with --context "${contextName}": the command is about this machine`, [
    'Run it on the machine of that platform',
  ]);
}
