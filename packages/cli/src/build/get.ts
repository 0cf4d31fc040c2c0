/** `slipway build get`: with the newest of its runs. */
import { defineCommand } from '../command.ts';
import { listAll } from '../list-all.ts';
import { OUTPUT_OPTION, renderOutput } from '../output/render-output.ts';
import { openProject } from '../project-scope.ts';
import { NAME, QUIET, sortItems } from '../shared-options.ts';
import { renderBuild } from './render-build.ts';

export const command = defineCommand({
  options: { name: NAME, output: OUTPUT_OPTION, quiet: QUIET },
  operands: ['NAME'],
  async run({ options, context }) {
    const { client, project, signal } = await openProject(context);
    const { name = '' } = options;
    const params = { project_id: project.id };
    const build = await client.getBuild({ params: { ...params, name }, signal });
    const text = await renderOutput(options.output, build);
    if (text !== undefined) {
      context.terminal.write(text);
      return;
    }
    const runs = await listAll(
      (page) => client.listBuildRuns({ params, query: { ...page, build_name: name }, signal }),
      (page) => page.build_runs,
    );
    const [lastRun] = sortItems(runs, 'age');
    context.terminal.write(renderBuild({ build, lastRun, projectName: project.name, nowMs: Date.now() }));
  },
});
