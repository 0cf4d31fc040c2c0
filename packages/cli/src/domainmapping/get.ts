/** `slipway domainmapping get`. */
import { defineCommand } from '../command.ts';
import { OUTPUT_OPTION, renderOutput } from '../output/render-output.ts';
import { openProject } from '../project-scope.ts';
import { QUIET } from '../shared-options.ts';
import { DOMAIN_NAME } from './domain-mapping-options.ts';
import { renderDomainMapping } from './render-domain-mapping.ts';

export const command = defineCommand({
  options: { name: DOMAIN_NAME, output: OUTPUT_OPTION, quiet: QUIET },
  operands: ['NAME'],
  async run({ options, context }) {
    const { client, project, signal } = await openProject(context);
    const params = { project_id: project.id, name: options.name ?? '' };
    const mapping = await client.getDomainMapping({ params, signal });
    context.terminal.write((await renderOutput(options.output, mapping)) ?? renderDomainMapping(mapping));
  },
});
