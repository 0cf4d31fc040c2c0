/** `slipway connectivity subnetpool delete`: comes with fleets. */
import { FORCE_DELETE, IGNORE_NOT_FOUND } from '../../shared-options.ts';
import { unavailableCommand } from '../../unavailable-command.ts';
import { CHOSEN_POOL_OPTIONS, SUBNET_POOLS } from './subnet-pool-options.ts';

export const command = unavailableCommand(
  { ...CHOSEN_POOL_OPTIONS, force: FORCE_DELETE, ignoreNotFound: IGNORE_NOT_FOUND },
  SUBNET_POOLS,
);
