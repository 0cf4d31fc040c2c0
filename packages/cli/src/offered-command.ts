/**
 * Commands that are offered, behind a fault or as what one may do next, are made to be copied: they name the program as it
 * was started, and the same platform or context and project as the command before. Otherwise whoever copies one finds no
 * program, or asks another platform.
 */
import { existsSync } from 'node:fs';
import { basename, delimiter, join } from 'node:path';
import { CommandFault, UsageFault } from './usage-fault.ts';

const NAME = 'slipway';

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
const OFFERED = /^((?:[^|]*: | *))slipway ([^,;>]+?)((?: > \S+)?(?:; .*)?)$/;

/** `Its log: slipway app logs --name web` names the place too. */
export function withWhereFlags(line: string, flags: string): string {
  const [, head = '', command = '', rest = ''] = OFFERED.exec(line) ?? [];
  const isPlaced = command === '' || PLACELESS.test(command) || / --(context|platform|project)\b/.test(command);
  return isPlaced ? line : `${head}slipway ${command}${flags}${rest}`;
}

/** `Its log: ./slipway app logs --name web`, where the program is not found by its name alone. */
export function withProgram(line: string, program: string): string {
  return line.replace(OFFERED, (_line, head: string, ...parts: string[]) => {
    return `${head}${program} ${parts[0]}${parts[1]}`;
  });
}

/**
 * How somebody starts this program again: as it was started (the launcher tells it), unless a shell finds it by name. A word
 * that a shell would take apart is no help.
 */
export function programOf(env: NodeJS.ProcessEnv): string {
  const typed = env['SLIPWAY_PROGRAM'] ?? NAME;
  if (typed === NAME || basename(typed) !== NAME || !/^[\w./@+-]+$/.test(typed)) return NAME;
  const folders = (env['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '');
  return folders.some((folder) => existsSync(join(folder, NAME))) ? NAME : typed;
}

/** The same fault, whose way out leads to the same place. */
export function faultThere(error: unknown, flags: string): unknown {
  if (flags === '') return error;
  if (error instanceof CommandFault) {
    const fix = error.fix.map((line) => withWhereFlags(line, flags));
    return new CommandFault(error.exit, withWhereFlags(error.message, flags), fix, { cause: error });
  }
  if (!(error instanceof UsageFault)) return error;
  return new UsageFault(
    error.message,
    error.fix.map((line) => withWhereFlags(line, flags)),
  );
}
