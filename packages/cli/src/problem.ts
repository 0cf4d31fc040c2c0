/**
 * The only translation of what went wrong to text and exit code: `Error: …`, then what mends it, then the trace that
 * finds the request in the platform's log. A cause is for operators and appears with SLIPWAY_DEBUG=1 only.
 */
import { inspect } from 'node:util';
import { EXIT_CODES, type ExitName } from './exit-code.ts';
import { CommandFault, UsageFault } from './usage-fault.ts';

export interface Problem {
  readonly exit: ExitName;
  readonly lines: readonly string[];
}

/** The exit class of each code of the error catalogue; the test compares it with the catalogue itself. */
const EXIT_BY_STATUS: Readonly<Record<number, ExitName>> = {
  400: 'usage',
  401: 'auth',
  403: 'conflict',
  404: 'not_found',
  405: 'usage',
  408: 'timeout',
  409: 'conflict',
  412: 'conflict',
  413: 'usage',
  415: 'usage',
  428: 'usage',
  431: 'usage',
};
const EXIT_BY_CODE: Readonly<Record<string, ExitName>> = {
  forbidden: 'auth',
  source_not_found: 'not_found',
  too_many_failures: 'auth',
  https_required: 'usage',
};

export function describeProblem(
  error: unknown,
  { program, command }: { readonly program: string; readonly command: string },
): Problem {
  const help = `Help: ${program} ${command === '' ? 'help' : `${command} --help`}`;
  if (error instanceof UsageFault) return problem('usage', error.message, [...error.fix, help]);
  if (error instanceof CommandFault) return problem(error.exit, error.message, error.fix);
  if (!(error instanceof Error)) return problem('failure', String(error), []);
  // The person who pressed Ctrl-C knows.
  if (error.name === 'AbortError') return { exit: 'interrupted', lines: [] };
  if (isApiProblem(error)) {
    const exit = EXIT_BY_CODE[error.code] ?? EXIT_BY_STATUS[error.status] ?? 'failure';
    return problem(exit, error.message, error.trace === '' ? [] : [`Trace: ${error.trace}`]);
  }
  if (error.name === 'ApiUnreachable') return problem(isTimeout(error) ? 'timeout' : 'failure', error.message, []);
  if (isSetupFault(error)) return problem('failure', error.message, error.fix);
  return problem('failure', error.message, [
    'This looks like a mistake in Slipway. Details: run it again with SLIPWAY_DEBUG=1',
  ]);
}

/** The whole chain of causes, for SLIPWAY_DEBUG. */
export function describeCauses(error: unknown): string {
  return inspect(error, { depth: 4 });
}

export function exitNameOf(error: unknown): ExitName {
  return describeProblem(error, { program: '', command: '' }).exit;
}

export function exitCodeOf({ exit }: Problem): number {
  return EXIT_CODES[exit];
}

function problem(exit: ExitName, message: string, fix: readonly string[]): Problem {
  const head = exit === 'interrupted' ? message : `Error: ${message}`;
  return { exit, lines: [head, ...fix.map((line) => `  ${line}`)] };
}

// By name and not by class: the client and set-up are loaded only by the commands that need them.
function isApiProblem(error: Error): error is Error & { code: string; status: number; trace: string } {
  return error.name === 'ApiProblem';
}

function isTimeout(error: Error): boolean {
  return 'reason' in error && error.reason === 'timeout';
}

function isSetupFault(error: Error): error is Error & { fix: readonly string[] } {
  return error.name === 'SetupFault';
}
