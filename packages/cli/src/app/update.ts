/** `slipway app update`: changes only what is named; a change of anything makes a new revision. */
import type { AppPatch } from '@slipway/spec';
import { defineCommand } from '../command.ts';
import { renderOutput } from '../output/render-output.ts';
import { openProject } from '../project-scope.ts';
import { chooseImage } from '../runtime/choose-image.ts';
import { shouldWait, WAIT_SECONDS_DEFAULT } from '../shared-options.ts';
import { UsageFault } from '../usage-fault.ts';
import { appSettings } from './app-body.ts';
import { finishRevision, holdTraffic } from '../traffic/app-traffic.ts';
import { UPDATE_OPTIONS } from './app-options.ts';
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
    const body: AppPatch = appSettings(options, app);
    const reference = await chooseImage(scope, { name, image, source: options });
    if (reference !== undefined) body.image_reference = reference;
    if (Object.keys(body).length === 0) {
      throw new UsageFault(`Cannot update app "${name}": no option says what to change`);
    }
    if (options.noTraffic) await holdTraffic(scope, name);
    const { entity_tag: ifMatch } = options.noTraffic
      ? await scope.client.getApp({ params, signal: scope.signal })
      : app;
    // The tag that was read: a change by somebody else in between is not overwritten.
    const call = { params, query: { force: options.force === true }, ifMatch, body };
    const updated = await scope.client.updateApp({ ...call, signal: scope.signal });
    const timeoutSeconds = options.waitTimeout ?? WAIT_SECONDS_DEFAULT;
    const shown = shouldWait(options, true) ? await waitApp(scope, { name, timeoutSeconds }) : updated;
    await finishRevision(scope, shown, options);
    const urls = { url: shown.endpoint, projectUrl: shown.endpoint_internal };
    const text = await renderOutput(options.output, shown, urls);
    context.terminal.write(text ?? (shown.endpoint === undefined ? '' : `${shown.endpoint}\n`));
  },
});
