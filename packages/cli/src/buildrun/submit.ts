/** `slipway buildrun submit`: runs a kept build, or a build described here, over a folder that is uploaded. */
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { BuildRun, BuildRunPrototype } from '@slipway/spec';
import { buildSettings, RECIPE_DEFAULTS, RECIPE_OPTIONS } from '../build/build-options.ts';
import { defineCommand, type ParsedOptions } from '../command.ts';
import { uploadFolder } from '../deploy/build-folder.ts';
import { OUTPUT_OPTION, renderOutput } from '../output/render-output.ts';
import { openProject, type ProjectScope } from '../project-scope.ts';
import { given } from '../runtime/runtime-body.ts';
import { refuseGitSource } from '../runtime/source-options.ts';
import { QUIET, shouldWait, WAIT_SECONDS_DEFAULT, waitOptions, withDefaults } from '../shared-options.ts';
import { followBuildRunWithin } from './follow-build-run.ts';

const OPTIONS = {
  build: { names: ['--build', '-b', '--bd'], kind: 'value', summary: 'the kept build to run' },
  name: { names: ['--name', '-n'], kind: 'value', summary: 'name of the run' },
  serviceAccount: { names: ['--service-account', '--sa'], kind: 'value', summary: 'service account' },
  ...withDefaults(RECIPE_OPTIONS, { ...RECIPE_DEFAULTS, source: '.' }),
  output: OUTPUT_OPTION,
  quiet: QUIET,
  ...waitOptions(false),
} as const;

export const command = defineCommand({
  options: OPTIONS,
  operands: ['NAME'],
  examples: [
    'slipway buildrun submit --build web-build --source .',
    'slipway buildrun submit --source . --image localhost:8781/web --wait',
  ],
  async run({ options, context }) {
    refuseGitSource(options.source, '--source FOLDER');
    const scope = await openProject(context);
    const folder = resolve(context.cwd, options.source ?? '.');
    const source_url = await uploadFolder(scope, folder);
    const body = prototypeFor(options, { folder, source_url });
    const params = { project_id: scope.project.id };
    const run = await scope.client.createBuildRun({ params, body, signal: scope.signal });
    const shown = shouldWait(options, false) ? await waitFor(scope, run.name, options.waitTimeout) : run;
    context.terminal.write((await renderOutput(options.output, shown)) ?? `${shown.name}\n`);
    if (shown === run) context.say(`Watch it: slipway buildrun logs --follow --name ${run.name}`);
  },
});

function prototypeFor(
  options: ParsedOptions<typeof OPTIONS>,
  { folder, source_url }: { readonly folder: string; readonly source_url: string },
): BuildRunPrototype {
  const settings = {
    ...buildSettings(options),
    ...given({
      name: options.name,
      service_account: options.serviceAccount as BuildRunPrototype['service_account'],
    }),
    source_type: 'local',
    source_url,
  } as const;
  if (options.build !== undefined) return { ...settings, build_name: options.build };
  const hasDockerfile = existsSync(join(folder, options.contextDir ?? '.', options.dockerfile ?? 'Dockerfile'));
  return {
    strategy_type: hasDockerfile || options.dockerfile !== undefined ? 'dockerfile' : 'buildpacks',
    ...settings,
  };
}

async function waitFor(scope: ProjectScope, name: string, seconds = WAIT_SECONDS_DEFAULT): Promise<BuildRun> {
  await followBuildRunWithin(scope, name, seconds);
  return scope.client.getBuildRun({ params: { project_id: scope.project.id, name }, signal: scope.signal });
}
