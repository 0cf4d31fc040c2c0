/** `slipway domainmapping update`: changes only what is named. */
import { defineCommand } from '../command.ts';
import { openProject } from '../project-scope.ts';
import { QUIET } from '../shared-options.ts';
import { UsageFault } from '../usage-fault.ts';
import { DOMAIN_NAME, mappingSettings, TARGET_OPTIONS } from './domain-mapping-options.ts';

export const command = defineCommand({
  options: { name: DOMAIN_NAME, ...TARGET_OPTIONS, quiet: QUIET },
  operands: ['NAME'],
  examples: ['slipway domainmapping update --name www.example.com --tls-secret renewed'],
  async run({ options, context }) {
    const { name = '' } = options;
    const { client, project, signal } = await openProject(context);
    const params = { project_id: project.id, name };
    const before = await client.getDomainMapping({ params, signal });
    const body = mappingSettings(options, before.component);
    if (Object.keys(body).length === 0)
      throw new UsageFault(`Cannot update domain mapping "${name}": no option says what to change`);
    // The tag that was read: a change by somebody else in between is not overwritten.
    const mapping = await client.updateDomainMapping({ params, ifMatch: before.entity_tag, body, signal });
    context.say(`Updated domain mapping "${name}". It is ${mapping.status}`);
  },
});
