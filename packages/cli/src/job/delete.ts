/** `slipway job delete`: its runs go with it. */
import { defineCommand } from '../command.ts';
import { deleteResource } from '../delete-resource.ts';
import { openProject } from '../project-scope.ts';
import { FORCE_DELETE, IGNORE_NOT_FOUND, NAME, QUIET } from '../shared-options.ts';

export const command = defineCommand({
  options: {
    name: NAME,
    force: FORCE_DELETE,
    ignoreNotFound: IGNORE_NOT_FOUND,
    orphanJobRuns: {
      names: ['--orphan-job-runs', '-o'],
      kind: 'flag',
      summary: '',
      unavailable: 'Keeping the runs of a deleted job',
      default: 'false',
    },
    quiet: QUIET,
  },
  operands: ['NAME'],
  async run({ options, context }) {
    const { client, project, signal } = await openProject(context);
    await deleteResource(context, {
      what: `job "${options.name}"`,
      force: options.force === true,
      ignoreNotFound: options.ignoreNotFound === true,
      remove: () => client.deleteJob({ params: { project_id: project.id, name: options.name ?? '' }, signal }),
    });
  },
});
