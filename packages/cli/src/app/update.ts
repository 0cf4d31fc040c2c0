/** `slipway app update`: changes only what is named; a change of anything makes a new revision. */
import type { App, AppPatch } from '@slipway/spec';
import { defineCommand, type ParsedOptions } from '../command.ts';
import { renderOutput } from '../output/render-output.ts';
import { openProject } from '../project-scope.ts';
import { shouldWait, WAIT_SECONDS_DEFAULT } from '../shared-options.ts';
import { UsageFault } from '../usage-fault.ts';
import { appSettings, mergeEnv } from './app-body.ts';
import { chooseImage } from './app-image.ts';
import { UPDATE_OPTIONS } from './app-options.ts';
import { changesReferences, mergeReferences } from './env-references.ts';
import { changesMounts, mergeMounts } from './volume-mounts.ts';
import { waitApp } from './wait-app.ts';

export const command = defineCommand({
  options: UPDATE_OPTIONS,
  operands: ['NAME'],
  examples: [
    'slipway app update --name web --env GREETING=hello',
    'slipway app update web --min-scale 1 --max-scale 5',
  ],
  async run({ options, context }) {
    const { name = '', image } = options;
    const scope = await openProject(context);
    const params = { project_id: scope.project.id, name };
    const app = await scope.client.getApp({ params, signal: scope.signal });
    const body: AppPatch = appPatch(app, options);
    const reference = await chooseImage(scope, { appName: name, image, build: options });
    if (reference !== undefined) body.image_reference = reference;
    if (Object.keys(body).length === 0) {
      throw new UsageFault(`Cannot update app "${name}": no option says what to change`);
    }
    // The tag that was read: a change by somebody else in between is not overwritten.
    const call = { params, query: { force: options.force === true }, ifMatch: app.entity_tag, body };
    const updated = await scope.client.updateApp({ ...call, signal: scope.signal });
    const timeoutSeconds = options.waitTimeout ?? WAIT_SECONDS_DEFAULT;
    const shown = shouldWait(options, true) ? await waitApp(scope, { name, timeoutSeconds }) : updated;
    const urls = { url: shown.endpoint, projectUrl: shown.endpoint_internal };
    const text = await renderOutput(options.output, shown, urls);
    context.terminal.write(text ?? (shown.endpoint === undefined ? '' : `${shown.endpoint}\n`));
  },
});

export function appPatch(
  app: Pick<App, 'run_env_variables' | 'run_volume_mounts'>,
  options: ParsedOptions<typeof UPDATE_OPTIONS>,
): AppPatch {
  const patch = appSettings(options);
  if (options.env !== undefined || options.envRm !== undefined) {
    patch.run_env_variables = mergeEnv(app.run_env_variables, options.env ?? [], options.envRm ?? []) ?? [];
  }
  if (changesReferences(options)) {
    patch.run_env_variables = mergeReferences(patch.run_env_variables ?? app.run_env_variables, options);
  }
  if (changesMounts(options)) patch.run_volume_mounts = mergeMounts(app.run_volume_mounts, options);
  if (options.registrySecret !== undefined) patch.image_secret = options.registrySecret;
  if (options.argumentsClear) patch.run_arguments = [];
  if (options.commandsClear) patch.run_commands = [];
  if (options.serviceAccountClear) patch.run_service_account = 'default';
  // A merge patch drops a field by null, which the settings' type does not show.
  if (options.registrySecretClear) Object.assign(patch, { image_secret: null });
  if (options.probeLiveClear) Object.assign(patch, { probe_liveness: null });
  if (options.probeReadyReset) Object.assign(patch, { probe_readiness: null });
  return patch;
}
