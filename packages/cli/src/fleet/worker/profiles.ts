/** `slipway fleet worker profiles`: comes with the running of fleets. */
import { SORT_BY } from '../../shared-options.ts';
import { unavailableCommand } from '../../unavailable-command.ts';
import { FLEETS, READ_OPTIONS } from '../fleet-options.ts';

export const command = unavailableCommand(
  {
    profileFamily: { names: ['--profile-family', '--pf'], kind: 'value', summary: 'only profiles of one family' },
    region: { names: ['--region', '-r'], kind: 'value', summary: 'only profiles of one region' },
    sortBy: { ...SORT_BY, values: ['name', 'cpu', 'disk', 'memory'] },
    ...READ_OPTIONS,
  },
  FLEETS,
);
