/** `slipway jobrun logs`: its spellings are known, the log comes with the running of jobs. */
import { LINE_OPTIONS, RAW } from '../show-logs.ts';
import { unavailableCommand } from '../unavailable-command.ts';
import { CHOSEN_RUN_OPTIONS } from './job-run-options.ts';

export const command = unavailableCommand(
  { ...CHOSEN_RUN_OPTIONS, ...LINE_OPTIONS, raw: RAW },
  { feature: 'The log of a job run' },
);
