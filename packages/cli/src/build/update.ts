/** `slipway build update`: changes only what is named. */
import { defineCommand } from '../command.ts';
import { OUTPUT_OPTION, renderOutput } from '../output/render-output.ts';
import { openProject } from '../project-scope.ts';
import { GIT, refuseGitSource } from '../runtime/source-options.ts';
import { NAME, QUIET } from '../shared-options.ts';
import { UsageFault } from '../usage-fault.ts';
import { buildSettings, RECIPE_OPTIONS } from './build-options.ts';

export const command = defineCommand({
  options: {
    name: NAME,
    force: { names: ['--force', '-f'], kind: 'flag', summary: 'do not check references', default: 'false' },
    ...RECIPE_OPTIONS,
    commitClear: { names: ['--commit-clear', '--cmc'], kind: 'flag', summary: '', unavailable: GIT, default: 'false' },
    gitRepoSecretClear: {
      names: ['--git-repo-secret-clear', '--grsc'],
      kind: 'flag',
      summary: '',
      unavailable: GIT,
      default: 'false',
    },
    output: OUTPUT_OPTION,
    quiet: QUIET,
  },
  operands: ['NAME'],
  async run({ options, context }) {
    refuseGitSource(options.source, '--source FOLDER');
    const body = buildSettings(options);
    const { name = '' } = options;
    if (Object.keys(body).length === 0)
      throw new UsageFault(`Cannot update build "${name}": no option says what to change`);
    const { client, project, signal } = await openProject(context);
    const params = { project_id: project.id, name };
    const { entity_tag } = await client.getBuild({ params, signal });
    const build = await client.updateBuild({ params, ifMatch: entity_tag, body, signal });
    context.terminal.write((await renderOutput(options.output, build)) ?? '');
    context.say(`Updated build "${name}"`);
  },
});
