/** `slipway connectivity outbound get`. */
import { defineCommand } from '../../command.ts';
import { OUTPUT_OPTION, renderOutput } from '../../output/render-output.ts';
import { openProject } from '../../project-scope.ts';
import { QUIET } from '../../shared-options.ts';
import { DESTINATION_NAME } from './outbound-options.ts';
import { renderDestination } from './render-destination.ts';

export const command = defineCommand({
  options: { name: DESTINATION_NAME, output: OUTPUT_OPTION, quiet: QUIET },
  operands: ['NAME'],
  async run({ options, context }) {
    const { client, project, signal } = await openProject(context);
    const params = { project_id: project.id, name: options.name ?? '' };
    const destination = await client.getAllowedOutboundDestination({ params, signal });
    const text = await renderOutput(options.output, destination);
    context.terminal.write(text ?? renderDestination(destination, project.name));
  },
});
