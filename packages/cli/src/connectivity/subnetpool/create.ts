/** `slipway connectivity subnetpool create`: comes with fleets. */
import { NAME, QUIET } from '../../shared-options.ts';
import { unavailableCommand } from '../../unavailable-command.ts';
import { SUBNET_POOLS } from './subnet-pool-options.ts';

export const command = unavailableCommand(
  {
    name: NAME,
    subnetCrn: {
      names: ['--subnet-crn', '--crn'],
      kind: 'value',
      summary: 'subnet of the pool: S1=CRN',
      required: true,
    },
    securityGroupCrn: {
      names: ['--security-group-crn', '--sg-crn'],
      kind: 'value',
      summary: 'CRN of a security group',
    },
    quiet: QUIET,
  },
  SUBNET_POOLS,
);
