/** `slipway fleet create`: comes later. */
import { unavailableCommand } from '../unavailable-command.ts';
import { FLEET_CREATE_OPTIONS, FLEETS } from './fleet-options.ts';

export const command = unavailableCommand(FLEET_CREATE_OPTIONS, FLEETS);
