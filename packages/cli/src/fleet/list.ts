/** `slipway fleet list`: comes with the running of fleets. */
import { SORT_BY } from '../shared-options.ts';
import { unavailableCommand } from '../unavailable-command.ts';
import { FLEETS, READ_OPTIONS } from './fleet-options.ts';

export const command = unavailableCommand(
  { ...READ_OPTIONS, sortBy: { ...SORT_BY, values: ['name', 'status', 'age'] } },
  FLEETS,
);
