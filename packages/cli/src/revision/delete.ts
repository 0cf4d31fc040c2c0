/** `slipway revision delete`. */
import { defineCommand } from '../command.ts';
import { deleteResource } from '../delete-resource.ts';
import { openProject } from '../project-scope.ts';
import { FORCE_DELETE, IGNORE_NOT_FOUND, NAME, QUIET } from '../shared-options.ts';
import { appOfRevision, findAppOfRevision } from './find-revision.ts';

export const command = defineCommand({
  options: { name: NAME, force: FORCE_DELETE, ignoreNotFound: IGNORE_NOT_FOUND, quiet: QUIET },
  operands: ['NAME'],
  async run({ options, context }) {
    const { name = '' } = options;
    if (options.ignoreNotFound === true && findAppOfRevision(name) === undefined) {
      context.say(`There is no revision "${name}"`);
      return;
    }
    const app_name = appOfRevision(name);
    const { client, project, signal } = await openProject(context);
    await deleteResource(context, {
      what: `revision "${name}"`,
      force: options.force === true,
      ignoreNotFound: options.ignoreNotFound === true,
      remove: () => client.deleteAppRevision({ params: { project_id: project.id, app_name, name }, signal }),
    });
  },
});
