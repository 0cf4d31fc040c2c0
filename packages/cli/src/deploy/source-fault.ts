/** What is wrong with a folder that was to be packed; always something its owner can mend. */
import { CommandFault } from '../usage-fault.ts';

export function sourceFault(message: string, fix: readonly string[] = [], cause?: unknown): CommandFault {
  return new CommandFault('usage', message, fix, cause === undefined ? {} : { cause });
}

export function systemErrorOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}
