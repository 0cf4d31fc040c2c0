/** `slipway connectivity outbound create`. */
import type { AllowedOutboundDestinationPrototype } from '@slipway/spec';
import { defineCommand, type OptionTable, type ParsedOptions } from '../../command.ts';
import { openProject } from '../../project-scope.ts';
import { given } from '../../runtime/runtime-body.ts';
import { QUIET, withDefaults } from '../../shared-options.ts';
import { UsageFault } from '../../usage-fault.ts';
import { CIDR, DESTINATION_NAME, destinationType, FORCE_CHANGE, ISOLATION_POLICY } from './outbound-options.ts';

const OPTIONS = {
  name: DESTINATION_NAME,
  cidr: CIDR,
  crn: {
    names: ['--pps-crn', '--private-path-service-crn'],
    kind: 'value',
    summary: 'CRN of a private path service',
  },
  format: {
    names: ['--format', '--fo'],
    kind: 'value',
    summary: 'cidr_block (cidr) or private_path_service_gateway (pps)',
    default: 'cidr_block',
  },
  ...withDefaults({ isolationPolicy: ISOLATION_POLICY }, { isolationPolicy: 'shared' }),
  force: FORCE_CHANGE,
  quiet: QUIET,
} as const satisfies OptionTable;

export const command = defineCommand({
  options: OPTIONS,
  operands: ['NAME'],
  examples: ['slipway connectivity outbound create --name database --cidr 10.1.0.0/16'],
  async run({ options, context }) {
    const { name = '' } = options;
    const body = { name, ...destinationFor(options) };
    const { client, project, signal } = await openProject(context);
    const params = { project_id: project.id };
    const created = await client.createAllowedOutboundDestination({ params, body, signal });
    context.say(`Created allowed outbound destination "${name}". It is ${created.status}`);
  },
});

/** Pure. A CRN alone says what it is, too. */
export function destinationFor(
  options: Partial<ParsedOptions<typeof OPTIONS>>,
): Omit<AllowedOutboundDestinationPrototype, 'name'> {
  const { cidr, crn, format = crn === undefined ? 'cidr' : 'pps', isolationPolicy } = options;
  const type = destinationType(format);
  if (type === 'cidr_block' && (cidr === undefined || crn !== undefined))
    throw new UsageFault('Cannot create: a destination of format cidr_block needs --cidr and has no --pps-crn');
  if (type !== 'cidr_block' && (crn === undefined || cidr !== undefined))
    throw new UsageFault(`Cannot create: a destination of format ${type} needs --pps-crn and has no --cidr`);
  const settings = given({
    cidr_block: cidr,
    private_path_service_gateway_crn: crn,
    isolation_policy: isolationPolicy as AllowedOutboundDestinationPrototype['isolation_policy'],
  });
  return { type, ...settings };
}
