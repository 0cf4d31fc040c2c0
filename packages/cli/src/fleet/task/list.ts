/** `slipway fleet task list`: comes with the running of fleets. */
import { unavailableCommand } from '../../unavailable-command.ts';
import { FLEETS, OWNING_FLEET, READ_OPTIONS } from '../fleet-options.ts';

export const command = unavailableCommand(
  {
    fleetId: OWNING_FLEET,
    status: {
      names: ['--status', '--st'],
      kind: 'value',
      summary: 'only tasks of this status',
      values: ['canceled', 'failed', 'pending', 'running', 'succeeded'],
    },
    paginationToken: { names: ['--pagination-token', '--pt'], kind: 'value', summary: 'where the page begins' },
    showAllColumns: {
      names: ['--show-all-columns', '--sac'],
      kind: 'flag',
      summary: 'more about each task',
      default: 'false',
    },
    sortBy: {
      names: ['--sort-by', '--sb'],
      kind: 'value',
      summary: 'order',
      values: ['id', 'index', 'status'],
      default: 'index',
    },
    ...READ_OPTIONS,
  },
  FLEETS,
);
