/** `slipway fleet delete`: comes with the running of fleets. */
import { FORCE_DELETE, IGNORE_NOT_FOUND, QUIET } from '../shared-options.ts';
import { unavailableCommand } from '../unavailable-command.ts';
import { CHOSEN_FLEET, FLEET_WAIT_OPTIONS, FLEETS } from './fleet-options.ts';

export const command = unavailableCommand(
  {
    fleetId: CHOSEN_FLEET,
    force: FORCE_DELETE,
    ignoreNotFound: IGNORE_NOT_FOUND,
    quiet: QUIET,
    ...FLEET_WAIT_OPTIONS,
  },
  FLEETS,
);
