/** `slipway job get`: with the newest of its runs. */
import { defineCommand } from '../command.ts';
import { listAll } from '../list-all.ts';
import { OUTPUT_OPTION, renderOutput } from '../output/render-output.ts';
import { openProject } from '../project-scope.ts';
import { NAME, QUIET, sortItems } from '../shared-options.ts';
import { renderJob } from './render-job.ts';

export const command = defineCommand({
  options: { name: NAME, output: OUTPUT_OPTION, quiet: QUIET },
  operands: ['NAME'],
  async run({ options, context }) {
    const { client, project, signal } = await openProject(context);
    const { name = '' } = options;
    const params = { project_id: project.id };
    const job = await client.getJob({ params: { ...params, name }, signal });
    const text = await renderOutput(options.output, job);
    if (text !== undefined) {
      context.terminal.write(text);
      return;
    }
    const runs = await listAll(
      (page) => client.listJobRuns({ params, query: { ...page, job_name: name }, signal }),
      (page) => page.job_runs,
    );
    const [lastRun] = sortItems(runs, 'age');
    context.terminal.write(renderJob({ job, lastRun, projectName: project.name, nowMs: Date.now() }));
  },
});
