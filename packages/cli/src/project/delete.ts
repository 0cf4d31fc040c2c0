/** `slipway project delete`: the project with everything in it. */
import { defineCommand } from '../command.ts';
import { deleteResource } from '../delete-resource.ts';
import { FORCE_DELETE, QUIET, shouldWait, waitOptions } from '../shared-options.ts';
import { chosenProject, PROJECT_OPTIONS } from './project-options.ts';
import { forgetProject } from './select-project.ts';

export const command = defineCommand({
  options: {
    ...PROJECT_OPTIONS,
    force: FORCE_DELETE,
    hard: { names: ['--hard'], kind: 'flag', summary: 'delete at once; here every deletion is', default: 'false' },
    quiet: QUIET,
    ...waitOptions(true),
  },
  operands: ['NAME'],
  async run({ options, context }) {
    const client = await context.client();
    const { id, name } = await chosenProject(context, client, options);
    await deleteResource(context, {
      what: `project "${name}" with all it holds`,
      force: options.force === true,
      ignoreNotFound: false,
      remove: () => client.deleteProject({ params: { id }, signal: context.signal }),
      read: shouldWait(options, true) ? () => readUntilDeleted(id) : undefined,
      waitSeconds: options.waitTimeout,
    });
    await forgetProject(context, id);

    /** A deleted project may stay readable for a while with its final status. */
    async function readUntilDeleted(projectId: string): Promise<void> {
      const project = await client.getProject({ params: { id: projectId }, signal: context.signal });
      const isGone = project.status === 'hard_deleted' || project.status === 'soft_deleted';
      if (isGone) throw Object.assign(new Error('deleted'), { status: 404 });
    }
  },
});
