/**
 * The flags of a command that say where: which platform or context, which project. A command that is offered afterwards
 * has to name the same place, or whoever copies it asks another platform. Pure.
 */
import { CommandFault, UsageFault } from './usage-fault.ts';

interface Where {
  readonly context?: string;
  readonly platform?: string;
  readonly project?: string;
}

/** ` --platform test --project 'My shop'`. */
export function whereFlagsOf({ context, platform, project }: Where): string {
  const flags = Object.entries({ context, platform, project }).flatMap(([name, value]) =>
    value === undefined
      ? []
      : [` --${name} ${/^[\w.@:-]+$/.test(value) ? value : `'${value.replaceAll("'", `'\\''`)}'`}`],
  );
  return flags.join('');
}

/** Commands that choose the place themselves. */
const PLACELESS = /^(login|logout|context|completion|help|version)\b/;

/** The command at the end of a line, after a colon or alone; a redirection and a remark may follow. */
const OFFERED = /^((?:[^|]*: | *)slipway ([^,;>]+?))((?: > \S+)?(?:; .*)?)$/;

/** `Its log: slipway app logs --name web` names the place too. */
export function withWhereFlags(line: string, flags: string): string {
  const [, head = '', command = '', rest = ''] = OFFERED.exec(line) ?? [];
  const isPlaced = head === '' || PLACELESS.test(command) || / --(context|platform|project)\b/.test(command);
  return isPlaced ? line : `${head}${flags}${rest}`;
}

/** The same fault, whose way out leads to the same place. */
export function faultThere(error: unknown, flags: string): unknown {
  if (flags === '') return error;
  if (error instanceof CommandFault) {
    const fix = error.fix.map((line) => withWhereFlags(line, flags));
    return new CommandFault(error.exit, error.message, fix, { cause: error });
  }
  if (!(error instanceof UsageFault)) return error;
  return new UsageFault(
    error.message,
    error.fix.map((line) => withWhereFlags(line, flags)),
  );
}
