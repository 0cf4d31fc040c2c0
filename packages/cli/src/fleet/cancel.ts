/** `slipway fleet cancel`: comes with the running of fleets. */
import { FORCE_DELETE, QUIET } from '../shared-options.ts';
import { unavailableCommand } from '../unavailable-command.ts';
import { CHOSEN_FLEET, FLEETS, HARD } from './fleet-options.ts';

export const command = unavailableCommand(
  { fleetId: CHOSEN_FLEET, hard: HARD, force: FORCE_DELETE, quiet: QUIET },
  FLEETS,
);
