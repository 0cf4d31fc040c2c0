/** `slipway jobrun events`: its spellings are known, the events come with the running of jobs. */
import { OUTPUT_OPTION } from '../output/render-output.ts';
import { QUIET } from '../shared-options.ts';
import { unavailableCommand } from '../unavailable-command.ts';
import { CHOSEN_RUN_OPTIONS } from './job-run-options.ts';

export const command = unavailableCommand(
  { ...CHOSEN_RUN_OPTIONS, output: OUTPUT_OPTION, quiet: QUIET },
  { feature: 'Showing the events of a job run' },
);
