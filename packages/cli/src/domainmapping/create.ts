/** `slipway domainmapping create`. */
import { defineCommand } from '../command.ts';
import { openProject } from '../project-scope.ts';
import { QUIET } from '../shared-options.ts';
import { DOMAIN_NAME, mappingSettings, TARGET_OPTIONS } from './domain-mapping-options.ts';

const { target, targetType, tlsSecret } = TARGET_OPTIONS;

export const command = defineCommand({
  options: {
    name: DOMAIN_NAME,
    target: { ...target, required: true },
    targetType: { ...targetType, required: true },
    tlsSecret: { ...tlsSecret, required: true },
    quiet: QUIET,
  },
  operands: ['NAME'],
  examples: [
    'slipway domainmapping create --name www.example.com --target web --target-type application --tls-secret cert',
  ],
  async run({ options, context }) {
    const { name = '', tlsSecret: tls_secret = '' } = options;
    const { component = { name: '', resource_type: '' } } = mappingSettings(options);
    const { client, project, signal } = await openProject(context);
    const body = { name, component, tls_secret };
    const mapping = await client.createDomainMapping({ params: { project_id: project.id }, body, signal });
    context.say(`Created domain mapping "${name}". It is ${mapping.status}`);
    context.say(`In the DNS of the domain, make it a CNAME of ${mapping.cname_target}`);
  },
});
