/** `slipway build create`: keeps a recipe; its sources come with each run. */
import { defineCommand } from '../command.ts';
import { OUTPUT_OPTION, renderOutput } from '../output/render-output.ts';
import { openProject } from '../project-scope.ts';
import { GIT, refuseGitSource } from '../runtime/source-options.ts';
import { NAME, QUIET, withDefaults } from '../shared-options.ts';
import { UsageFault } from '../usage-fault.ts';
import { buildSettings, PLATFORM_REGISTRY_SECRET, RECIPE_DEFAULTS, RECIPE_OPTIONS } from './build-options.ts';

export const command = defineCommand({
  options: {
    name: NAME,
    buildType: {
      names: ['--build-type', '--bt'],
      kind: 'value',
      summary: 'where sources come from',
      values: ['git', 'local'],
      default: 'local',
    },
    force: { names: ['--force', '-f'], kind: 'flag', summary: 'do not check references', default: 'false' },
    ...withDefaults(RECIPE_OPTIONS, { ...RECIPE_DEFAULTS, strategy: 'dockerfile' }),
    output: OUTPUT_OPTION,
    quiet: QUIET,
  },
  operands: ['NAME'],
  examples: ['slipway build create --name web-build --build-type local'],
  async run({ options, context }) {
    if (options.buildType === 'git') throw new UsageFault(`${GIT} is not available yet`, ['Use --build-type local']);
    refuseGitSource(options.source, '--source FOLDER');
    const { name = '', image } = options;
    if (image === undefined) throw new UsageFault(`Cannot create build "${name}": --image is missing`);
    const { client, project, signal } = await openProject(context);
    const body = {
      name,
      source_type: 'local',
      strategy_type: 'dockerfile',
      output_image: image,
      output_secret: PLATFORM_REGISTRY_SECRET,
      ...buildSettings(options),
    } as const;
    const build = await client.createBuild({ params: { project_id: project.id }, body, signal });
    context.terminal.write((await renderOutput(options.output, build)) ?? '');
    context.say(`Created build "${name}"`);
  },
});
