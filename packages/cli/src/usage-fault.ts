/** The ways a command ends badly by its own decision; each carries what mends it. */
import type { ExitName } from './exit-code.ts';

/** The words on the command line are wrong. */
export class UsageFault extends Error {
  override readonly name = 'UsageFault';
  readonly fix: readonly string[];

  constructor(message: string, fix: readonly string[] = []) {
    super(message);
    this.fix = fix;
  }
}

/** The command was understood and could not be carried out. */
export class CommandFault extends Error {
  override readonly name = 'CommandFault';
  readonly exit: ExitName;
  readonly fix: readonly string[];

  constructor(exit: ExitName, message: string, fix: readonly string[] = [], options?: ErrorOptions) {
    super(message, options);
    this.exit = exit;
    this.fix = fix;
  }
}
