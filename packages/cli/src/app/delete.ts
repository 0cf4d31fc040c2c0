/** `slipway app delete`. */
import { defineCommand } from '../command.ts';
import { deleteResource } from '../delete-resource.ts';
import { openProject } from '../project-scope.ts';
import { FORCE_DELETE, IGNORE_NOT_FOUND, NAME, QUIET, shouldWait, waitOptions } from '../shared-options.ts';

export const command = defineCommand({
  options: { name: NAME, force: FORCE_DELETE, ignoreNotFound: IGNORE_NOT_FOUND, quiet: QUIET, ...waitOptions(false) },
  operands: ['NAME'],
  async run({ options, context }) {
    const { client, project, signal } = await openProject(context);
    const params = { project_id: project.id, name: options.name ?? '' };
    await deleteResource(context, {
      what: `app "${options.name}"`,
      force: options.force === true,
      ignoreNotFound: options.ignoreNotFound === true,
      remove: () => client.deleteApp({ params, signal }),
      read: shouldWait(options, false) ? () => client.getApp({ params, signal }) : undefined,
      waitSeconds: options.waitTimeout,
    });
  },
});
