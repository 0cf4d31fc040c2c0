/** `slipway fleet task get`: comes with the running of fleets. */
import { unavailableCommand } from '../../unavailable-command.ts';
import { FLEETS, OWNING_FLEET, READ_OPTIONS } from '../fleet-options.ts';

export const command = unavailableCommand(
  {
    fleetId: OWNING_FLEET,
    taskId: { names: ['--task-id', '--tid', '--id'], kind: 'value', summary: 'id of the task', required: true },
    ...READ_OPTIONS,
  },
  FLEETS,
);
