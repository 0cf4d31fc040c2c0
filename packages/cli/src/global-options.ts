/** Options that every command understands. */
import type { OptionTable } from './command.ts';

export const GLOBAL_OPTIONS = {
  help: { names: ['--help', '-h'], kind: 'flag', summary: 'show help' },
  context: { names: ['--context'], kind: 'value', summary: 'platform that you logged in to' },
  platform: { names: ['--platform'], kind: 'value', summary: 'name of a platform of this machine' },
  project: { names: ['--project'], kind: 'value', summary: 'project instead of the chosen one' },
} as const satisfies OptionTable;
