/** `slipway project restore`: a deleted project with everything in it. */
import { defineCommand } from '../command.ts';
import { QUIET, shouldWait, waitOptions } from '../shared-options.ts';
import { chosenProject, PROJECT_OPTIONS } from './project-options.ts';
import { waitRestored } from './project-waits.ts';

export const command = defineCommand({
  options: { ...PROJECT_OPTIONS, quiet: QUIET, ...waitOptions(true) },
  operands: ['NAME'],
  async run({ options, context }) {
    const client = await context.client();
    const { id, name } = await chosenProject(context, client, options);
    await client.restoreProject({ params: { id }, signal: context.signal });
    if (shouldWait(options, true)) await waitRestored(context, client, { id, seconds: options.waitTimeout });
    context.say(`Restored project "${name}". Use it: slipway project select --id ${id}`);
  },
});
