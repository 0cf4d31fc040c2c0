/** `slipway member remove`: takes a user's role back. */
import { defineCommand } from '../command.ts';
import { deleteResource } from '../delete-resource.ts';
import { openProject } from '../project-scope.ts';
import { FORCE_DELETE, IGNORE_NOT_FOUND, NAME, QUIET } from '../shared-options.ts';
import { ON_PLATFORM } from './member-scope.ts';

export const command = defineCommand({
  options: {
    name: { ...NAME, summary: 'the user' },
    onPlatform: ON_PLATFORM,
    force: FORCE_DELETE,
    ignoreNotFound: IGNORE_NOT_FOUND,
    quiet: QUIET,
  },
  operands: ['NAME'],
  async run({ options, context }) {
    const { name: id = '' } = options;
    const { signal } = context;
    const client = await context.client();
    const asked = { force: options.force === true, ignoreNotFound: options.ignoreNotFound === true };
    if (options.onPlatform) {
      const remove = () => client.removePlatformMember({ params: { id }, signal });
      await deleteResource(context, { ...asked, what: `member "${id}" of the platform`, remove });
      return;
    }
    const { project } = await openProject(context);
    const remove = () => client.removeMember({ params: { project_id: project.id, id }, signal });
    await deleteResource(context, { ...asked, what: `member "${id}" of project "${project.name}"`, remove });
  },
});
