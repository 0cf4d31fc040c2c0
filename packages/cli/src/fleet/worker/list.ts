/** `slipway fleet worker list`: comes with the running of fleets. */
import { SORT_BY } from '../../shared-options.ts';
import { unavailableCommand } from '../../unavailable-command.ts';
import { CHOSEN_FLEET, FLEETS, READ_OPTIONS } from '../fleet-options.ts';

export const command = unavailableCommand(
  { fleetId: CHOSEN_FLEET, ...READ_OPTIONS, sortBy: { ...SORT_BY, values: ['name', 'status'] } },
  FLEETS,
);
