/** `slipway connectivity subnetpool get`: comes with fleets. */
import { OUTPUT_OPTION } from '../../output/render-output.ts';
import { unavailableCommand } from '../../unavailable-command.ts';
import { CHOSEN_POOL_OPTIONS, SUBNET_POOLS } from './subnet-pool-options.ts';

export const command = unavailableCommand({ ...CHOSEN_POOL_OPTIONS, output: OUTPUT_OPTION }, SUBNET_POOLS);
