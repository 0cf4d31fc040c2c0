/** `slipway fleet worker delete`: comes with the running of fleets. */
import { FORCE_DELETE, IGNORE_NOT_FOUND, QUIET } from '../../shared-options.ts';
import { unavailableCommand } from '../../unavailable-command.ts';
import { FLEET_WAIT_OPTIONS, FLEETS, HARD, OWNING_FLEET, WORKER_NAME } from '../fleet-options.ts';

export const command = unavailableCommand(
  {
    fleetId: OWNING_FLEET,
    name: WORKER_NAME,
    hard: HARD,
    force: FORCE_DELETE,
    ignoreNotFound: IGNORE_NOT_FOUND,
    quiet: QUIET,
    ...FLEET_WAIT_OPTIONS,
  },
  FLEETS,
);
