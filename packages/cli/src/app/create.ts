/** `slipway app create`. */
import type { AppPatch } from '@slipway/spec';
import { defineCommand, type ParsedOptions } from '../command.ts';
import { renderOutput } from '../output/render-output.ts';
import { openProject } from '../project-scope.ts';
import { shouldWait, WAIT_SECONDS_DEFAULT } from '../shared-options.ts';
import { UsageFault } from '../usage-fault.ts';
import { appSettings } from './app-body.ts';
import { chooseImage } from './app-image.ts';
import { CREATE_OPTIONS } from './app-options.ts';
import { changesReferences, mergeReferences } from './env-references.ts';
import { changesMounts, mergeMounts } from './volume-mounts.ts';
import { waitApp } from './wait-app.ts';

export const command = defineCommand({
  options: CREATE_OPTIONS,
  operands: ['NAME'],
  examples: [
    'slipway app create --name web --image registry.example.com/web:1',
    'slipway app create --name web --build-source . --min-scale 1',
  ],
  async run({ options, context }) {
    const { name = '', image } = options;
    const settings = appSettings(options);
    if (image === undefined && options.buildSource === undefined) {
      throw new UsageFault(`Cannot create app "${name}": it needs an image or a source`, [
        'Add --image IMAGE, or --build-source FOLDER',
      ]);
    }
    const scope = await openProject(context);
    const reference = await chooseImage(scope, { appName: name, image, build: options });
    const params = { project_id: scope.project.id };
    const body = { name, image_reference: reference ?? '', ...settings, ...referenceSettings(settings, options) };
    const query = { force: options.force === true };
    const created = await scope.client.createApp({ params, query, body, signal: scope.signal });
    const timeoutSeconds = options.waitTimeout ?? WAIT_SECONDS_DEFAULT;
    const app = shouldWait(options, true) ? await waitApp(scope, { name, timeoutSeconds }) : created;
    const urls = { url: app.endpoint, projectUrl: app.endpoint_internal };
    context.terminal.write(
      (await renderOutput(options.output, app, urls)) ?? (app.endpoint === undefined ? '' : `${app.endpoint}\n`),
    );
  },
});

function referenceSettings(
  settings: Pick<AppPatch, 'run_env_variables'>,
  options: ParsedOptions<typeof CREATE_OPTIONS>,
): Pick<AppPatch, 'image_secret' | 'run_env_variables' | 'run_volume_mounts'> {
  const { registrySecret: secret } = options;
  return {
    ...(changesReferences(options) && {
      run_env_variables: mergeReferences(settings.run_env_variables ?? [], options),
    }),
    ...(changesMounts(options) && { run_volume_mounts: mergeMounts([], options) }),
    ...(secret !== undefined && { image_secret: secret }),
  };
}
