/** Subnet pools belong to fleets: every spelling is known, the feature comes with them. */
import type { OptionTable } from '../../command.ts';
import { QUIET } from '../../shared-options.ts';
import type { Upcoming } from '../../unavailable-command.ts';

export const SUBNET_POOLS: Upcoming = { feature: 'Keeping subnet pools' };

/** Of the commands that look at one pool. */
export const CHOSEN_POOL_OPTIONS = {
  name: { names: ['--name', '-n'], kind: 'value', summary: 'name of the subnet pool' },
  id: { names: ['--id'], kind: 'value', summary: 'id of the subnet pool' },
  quiet: QUIET,
} as const satisfies OptionTable;
