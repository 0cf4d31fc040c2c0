/** Options that only job runs have, and those that choose one. */
import type { OptionTable } from '../command.ts';
import { waitOptions } from '../shared-options.ts';

export const RUN_OPTIONS = {
  name: { names: ['--name', '-n'], kind: 'value', summary: 'name of the run; without it the platform makes one' },
  arraySizeVariable: {
    names: ['--array-size-var-override', '--array-size-variable-override', '--asvo'],
    kind: 'number',
    summary: 'value of JOB_ARRAY_SIZE instead of the true one',
  },
  ...waitOptions(false),
} as const satisfies OptionTable;

/** Of the commands that look at one run. */
export const CHOSEN_RUN_OPTIONS = {
  name: { names: ['--jobrun', '-j', '--name', '-n'], kind: 'value', summary: 'name of the job run' },
  instance: { names: ['--instance', '-i'], kind: 'value', summary: 'one instance only' },
} as const satisfies OptionTable;
