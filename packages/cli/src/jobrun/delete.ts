/** `slipway jobrun delete`: one run, or all of a job. */
import { defineCommand } from '../command.ts';
import { deleteResource } from '../delete-resource.ts';
import { listAll } from '../list-all.ts';
import { openProject } from '../project-scope.ts';
import { FORCE_DELETE, IGNORE_NOT_FOUND, QUIET } from '../shared-options.ts';
import { UsageFault } from '../usage-fault.ts';

export const command = defineCommand({
  options: {
    name: { names: ['--name', '-n'], kind: 'value', summary: 'one job run' },
    job: { names: ['--job', '-j'], kind: 'value', summary: 'all runs of this job' },
    force: FORCE_DELETE,
    ignoreNotFound: IGNORE_NOT_FOUND,
    quiet: QUIET,
  },
  operands: ['NAME'],
  async run({ options, context }) {
    const { name, job } = options;
    if ((name === undefined) === (job === undefined))
      throw new UsageFault('Cannot delete: give either --name or --job');
    const { client, project, signal } = await openProject(context);
    const params = { project_id: project.id };
    const names = name === undefined ? await runsOf(job ?? '') : [name];
    await deleteResource(context, {
      what: name === undefined ? `${names.length} runs of job "${job}"` : `job run "${name}"`,
      force: options.force === true,
      ignoreNotFound: options.ignoreNotFound === true,
      remove: async () => {
        for (const run of names) await client.deleteJobRun({ params: { ...params, name: run }, signal });
      },
    });

    async function runsOf(job_name: string): Promise<readonly string[]> {
      const runs = await listAll(
        (page) => client.listJobRuns({ params, query: { ...page, job_name }, signal }),
        (page) => page.job_runs,
      );
      return runs.map((run) => run.name ?? '');
    }
  },
});
