/** Options that every command understands. */
import type { OptionTable } from './command.ts';

export const GLOBAL_OPTIONS = {
  help: { names: ['--help', '-h'], kind: 'flag', summary: 'show help' },
  platform: { names: ['--platform'], kind: 'value', summary: 'name of the platform' },
  project: { names: ['--project'], kind: 'value', summary: 'project instead of the chosen one' },
} as const satisfies OptionTable;
