/** `slipway fleet worker get`: comes with the running of fleets. */
import { unavailableCommand } from '../../unavailable-command.ts';
import { FLEETS, OWNING_FLEET, READ_OPTIONS, WORKER_NAME } from '../fleet-options.ts';

export const command = unavailableCommand({ fleetId: OWNING_FLEET, name: WORKER_NAME, ...READ_OPTIONS }, FLEETS);
