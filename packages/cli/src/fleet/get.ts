/** `slipway fleet get`: comes with the running of fleets. */
import { unavailableCommand } from '../unavailable-command.ts';
import { CHOSEN_FLEET, FLEETS, READ_OPTIONS } from './fleet-options.ts';

export const command = unavailableCommand({ fleetId: CHOSEN_FLEET, ...READ_OPTIONS }, FLEETS);
