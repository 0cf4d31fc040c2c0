/** `slipway jobrun restart`: its spellings are known, the operation comes with the running of jobs. */
import { QUIET } from '../shared-options.ts';
import { unavailableCommand } from '../unavailable-command.ts';
import { CHOSEN_RUN_OPTIONS } from './job-run-options.ts';

export const command = unavailableCommand(
  { ...CHOSEN_RUN_OPTIONS, quiet: QUIET },
  { feature: 'Restarting a job run', fix: ['Run it once more: slipway jobrun resubmit --jobrun NAME'] },
);
