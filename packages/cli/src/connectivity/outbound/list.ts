/** `slipway connectivity outbound list`: a table for each type. */
import { defineCommand } from '../../command.ts';
import { listAll } from '../../list-all.ts';
import { OUTPUT_OPTION, renderOutput } from '../../output/render-output.ts';
import { openProject } from '../../project-scope.ts';
import { QUIET, sortItems } from '../../shared-options.ts';
import { destinationType } from './outbound-options.ts';
import { renderDestinationList } from './render-destination.ts';

export const command = defineCommand({
  options: {
    format: {
      names: ['--format'],
      kind: 'value',
      summary: 'only these types, with commas between',
      default: 'cidr_block,private_path_service_gateway',
    },
    output: OUTPUT_OPTION,
    quiet: QUIET,
  },
  async run({ options, context }) {
    const types = options.format?.split(',').map((word) => destinationType(word.trim()));
    const { client, project, signal } = await openProject(context);
    const params = { project_id: project.id };
    const destinations = await listAll(
      (query) => client.listAllowedOutboundDestinations({ params, query, signal }),
      (page) => page.allowed_outbound_destinations,
    );
    const shown = destinations.filter((destination) => types?.includes(destination.type) ?? true);
    const items = sortItems(shown, 'name');
    const text = await renderOutput(options.output, { items });
    if (text === undefined && items.length === 0)
      context.say(`No allowed outbound destinations in project "${project.name}"`);
    else context.terminal.write(text ?? renderDestinationList(items));
  },
});
