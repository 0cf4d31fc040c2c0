/** `slipway connectivity outbound delete`. */
import { defineCommand } from '../../command.ts';
import { deleteResource } from '../../delete-resource.ts';
import { openProject } from '../../project-scope.ts';
import { FORCE_DELETE, IGNORE_NOT_FOUND, QUIET } from '../../shared-options.ts';
import { DESTINATION_NAME } from './outbound-options.ts';

export const command = defineCommand({
  options: { name: DESTINATION_NAME, force: FORCE_DELETE, ignoreNotFound: IGNORE_NOT_FOUND, quiet: QUIET },
  operands: ['NAME'],
  async run({ options, context }) {
    const { client, project, signal } = await openProject(context);
    const params = { project_id: project.id, name: options.name ?? '' };
    await deleteResource(context, {
      what: `allowed outbound destination "${options.name}"`,
      force: options.force === true,
      ignoreNotFound: options.ignoreNotFound === true,
      remove: () => client.deleteAllowedOutboundDestination({ params, signal }),
    });
  },
});
