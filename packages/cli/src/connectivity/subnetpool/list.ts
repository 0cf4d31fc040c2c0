/** `slipway connectivity subnetpool list`: comes with fleets. */
import { OUTPUT_OPTION } from '../../output/render-output.ts';
import { QUIET, SORT_BY } from '../../shared-options.ts';
import { unavailableCommand } from '../../unavailable-command.ts';
import { SUBNET_POOLS } from './subnet-pool-options.ts';

export const command = unavailableCommand({ output: OUTPUT_OPTION, quiet: QUIET, sortBy: SORT_BY }, SUBNET_POOLS);
