/** `slipway domainmapping delete`. */
import { defineCommand } from '../command.ts';
import { deleteResource } from '../delete-resource.ts';
import { openProject } from '../project-scope.ts';
import { FORCE_DELETE, IGNORE_NOT_FOUND, QUIET } from '../shared-options.ts';
import { DOMAIN_NAME } from './domain-mapping-options.ts';

export const command = defineCommand({
  options: { name: DOMAIN_NAME, force: FORCE_DELETE, ignoreNotFound: IGNORE_NOT_FOUND, quiet: QUIET },
  operands: ['NAME'],
  async run({ options, context }) {
    const { client, project, signal } = await openProject(context);
    const params = { project_id: project.id, name: options.name ?? '' };
    await deleteResource(context, {
      what: `domain mapping "${options.name}"`,
      force: options.force === true,
      ignoreNotFound: options.ignoreNotFound === true,
      remove: () => client.deleteDomainMapping({ params, signal }),
    });
  },
});
