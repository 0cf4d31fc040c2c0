/** `slipway buildrun get`. */
import { renderBuildRun } from '../build/render-build.ts';
import { defineCommand } from '../command.ts';
import { OUTPUT_OPTION, renderOutput } from '../output/render-output.ts';
import { openProject } from '../project-scope.ts';
import { NAME, QUIET } from '../shared-options.ts';

export const command = defineCommand({
  options: { name: NAME, output: OUTPUT_OPTION, quiet: QUIET },
  operands: ['NAME'],
  async run({ options, context }) {
    const { client, project, signal } = await openProject(context);
    const run = await client.getBuildRun({ params: { project_id: project.id, name: options.name ?? '' }, signal });
    const text = await renderOutput(options.output, run);
    context.terminal.write(text ?? renderBuildRun(run, { projectName: project.name, nowMs: Date.now() }));
  },
});
