/** `slipway reclamation restore`: the same as `slipway project restore`, for a project that is deleted. */
import { defineCommand } from '../command.ts';
import { PROJECT_OPTIONS } from '../project/project-options.ts';
import { waitRestored } from '../project/project-waits.ts';
import { QUIET, shouldWait, waitOptions } from '../shared-options.ts';
import { chosenReclamation } from './render-reclamation.ts';

export const command = defineCommand({
  options: { ...PROJECT_OPTIONS, quiet: QUIET, ...waitOptions(true) },
  operands: ['NAME'],
  async run({ options, context }) {
    const client = await context.client();
    const { id, project_name: name } = await chosenReclamation(context, client, options);
    await client.restoreProject({ params: { id }, signal: context.signal });
    if (shouldWait(options, true)) await waitRestored(context, client, { id, seconds: options.waitTimeout });
    context.say(`Restored project "${name}"`);
  },
});
