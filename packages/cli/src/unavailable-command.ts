/** A command whose words and options are all understood and whose feature comes later: it says so, and what to do now. */
import { defineCommand, type Command, type OptionTable } from './command.ts';
import { UsageFault } from './usage-fault.ts';

export interface Upcoming {
  /** Subject of the sentence, e.g. `Restarting a job run`. */
  readonly feature: string;
  readonly fix?: readonly string[];
}

export function unavailableCommand<const Table extends OptionTable>(
  options: Table,
  { feature, fix = [] }: Upcoming,
): Command<Table> {
  const operands = 'name' in options ? ['NAME'] : [];
  return defineCommand({
    options,
    operands,
    unavailable: feature,
    async run() {
      throw new UsageFault(`${feature} is not available yet`, fix);
    },
  });
}
