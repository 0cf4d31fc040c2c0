/** `slipway connectivity outbound update`: changes only what is named. */
import type { AllowedOutboundDestinationPatch } from '@slipway/spec';
import { defineCommand } from '../../command.ts';
import { openProject } from '../../project-scope.ts';
import { given } from '../../runtime/runtime-body.ts';
import { QUIET } from '../../shared-options.ts';
import { UsageFault } from '../../usage-fault.ts';
import { CIDR, DESTINATION_NAME, FORCE_CHANGE, ISOLATION_POLICY } from './outbound-options.ts';

export const command = defineCommand({
  options: {
    name: DESTINATION_NAME,
    cidr: CIDR,
    isolationPolicy: ISOLATION_POLICY,
    force: FORCE_CHANGE,
    quiet: QUIET,
  },
  operands: ['NAME'],
  examples: ['slipway connectivity outbound update --name database --cidr 10.2.0.0/16'],
  async run({ options, context }) {
    const { name = '', cidr, isolationPolicy } = options;
    const isolation_policy = isolationPolicy as AllowedOutboundDestinationPatch['isolation_policy'];
    const body: AllowedOutboundDestinationPatch = given({ cidr_block: cidr, isolation_policy });
    if (Object.keys(body).length === 0)
      throw new UsageFault(`Cannot update destination "${name}": no option says what to change`);
    const { client, project, signal } = await openProject(context);
    const params = { project_id: project.id, name };
    const { entity_tag: ifMatch = '*' } = await client.getAllowedOutboundDestination({ params, signal });
    // The tag that was read: a change by somebody else in between is not overwritten.
    const updated = await client.updateAllowedOutboundDestination({ params, ifMatch, body, signal });
    context.say(`Updated allowed outbound destination "${name}". It is ${updated.status}`);
  },
});
