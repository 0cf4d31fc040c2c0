/** `slipway jobrun list`: of one job, or of all in the project. */
import { defineCommand } from '../command.ts';
import { listAll } from '../list-all.ts';
import { OUTPUT_OPTION, renderOutput } from '../output/render-output.ts';
import { openProject } from '../project-scope.ts';
import { QUIET, SORT_BY, sortItems } from '../shared-options.ts';
import { renderJobRunList } from './render-job-run.ts';

export const command = defineCommand({
  options: {
    job: { names: ['--job', '-j'], kind: 'value', summary: 'runs of one job only' },
    output: OUTPUT_OPTION,
    quiet: QUIET,
    sortBy: SORT_BY,
  },
  async run({ options, context }) {
    const { client, project, signal } = await openProject(context);
    const params = { project_id: project.id };
    const filter = options.job === undefined ? {} : { job_name: options.job };
    const runs = await listAll(
      (page) => client.listJobRuns({ params, query: { ...page, ...filter }, signal }),
      (page) => page.job_runs,
    );
    const items = sortItems(runs, options.sortBy);
    const text = await renderOutput(options.output, { items });
    if (text === undefined && items.length === 0) context.say(`No job runs in project "${project.name}"`);
    else context.terminal.write(text ?? renderJobRunList(items, Date.now()));
  },
});
