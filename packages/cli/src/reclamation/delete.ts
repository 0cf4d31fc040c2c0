/** `slipway reclamation delete`: ends the time in which a deleted project can be restored. */
import { defineCommand } from '../command.ts';
import { deleteResource } from '../delete-resource.ts';
import { PROJECT_OPTIONS } from '../project/project-options.ts';
import { readUntilDeleted } from '../project/project-waits.ts';
import { FORCE_DELETE, QUIET, shouldWait, waitOptions } from '../shared-options.ts';
import { chosenReclamation } from './render-reclamation.ts';

export const command = defineCommand({
  options: { ...PROJECT_OPTIONS, force: FORCE_DELETE, quiet: QUIET, ...waitOptions(true) },
  operands: ['NAME'],
  async run({ options, context }) {
    const client = await context.client();
    const { id, project_name: name } = await chosenReclamation(context, client, options);
    const { signal } = context;
    await deleteResource(context, {
      what: `project "${name}" with all it holds, for good`,
      force: options.force === true,
      ignoreNotFound: false,
      remove: () => client.deleteProject({ params: { id }, query: { hard: true }, signal }),
      read: shouldWait(options, true) ? () => readUntilDeleted(client, id, { hard: true, signal }) : undefined,
      waitSeconds: options.waitTimeout,
    });
  },
});
