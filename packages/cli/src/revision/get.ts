/** `slipway revision get`. */
import { defineCommand } from '../command.ts';
import { OUTPUT_OPTION, renderOutput } from '../output/render-output.ts';
import { openProject } from '../project-scope.ts';
import { NAME, QUIET } from '../shared-options.ts';
import { appOfRevision } from './find-revision.ts';
import { renderRevision } from './render-revision.ts';

export const command = defineCommand({
  options: { name: NAME, output: OUTPUT_OPTION, quiet: QUIET },
  operands: ['NAME'],
  async run({ options, context }) {
    const { name = '' } = options;
    const app_name = appOfRevision(name);
    const { client, project, signal } = await openProject(context);
    const revision = await client.getAppRevision({ params: { project_id: project.id, app_name, name }, signal });
    const text = await renderOutput(options.output, revision);
    context.terminal.write(text ?? renderRevision(revision, { projectName: project.name, nowMs: Date.now() }));
  },
});
