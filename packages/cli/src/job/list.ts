/** `slipway job list`: each with the newest of its runs. */
import { defineCommand } from '../command.ts';
import { listAll } from '../list-all.ts';
import { OUTPUT_OPTION, renderOutput } from '../output/render-output.ts';
import { openProject } from '../project-scope.ts';
import { QUIET, SORT_BY, sortItems } from '../shared-options.ts';
import { renderJobList } from './render-job.ts';

export const command = defineCommand({
  options: { output: OUTPUT_OPTION, quiet: QUIET, sortBy: SORT_BY },
  async run({ options, context }) {
    const { client, project, signal } = await openProject(context);
    const params = { project_id: project.id };
    const jobs = await listAll(
      (query) => client.listJobs({ params, query, signal }),
      (page) => page.jobs,
    );
    const items = sortItems(jobs, options.sortBy);
    const text = await renderOutput(options.output, { items });
    if (text !== undefined) context.terminal.write(text);
    else if (items.length === 0) context.say(`No jobs in project "${project.name}"`);
    else {
      const jobRuns = await listAll(
        (query) => client.listJobRuns({ params, query, signal }),
        (page) => page.job_runs,
      );
      context.terminal.write(renderJobList({ jobs: items, runs: sortItems(jobRuns, 'age') }, Date.now()));
    }
  },
});
