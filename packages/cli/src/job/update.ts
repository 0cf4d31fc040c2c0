/** `slipway job update`: changes only what is named; runs that exist stay as they are. */
import type { JobPatch } from '@slipway/spec';
import { defineCommand } from '../command.ts';
import { renderOutput } from '../output/render-output.ts';
import { openProject } from '../project-scope.ts';
import { chooseImage } from '../runtime/choose-image.ts';
import { waitSecondsOf } from '../shared-options.ts';
import { UsageFault } from '../usage-fault.ts';
import { jobSettings } from './job-body.ts';
import { JOB_CHANGE_OPTIONS } from './job-options.ts';

export const command = defineCommand({
  options: JOB_CHANGE_OPTIONS,
  operands: ['NAME'],
  examples: ['slipway job update --name report --memory 8G --cpu 2', 'slipway job update report --env-rm DAY'],
  async run({ options, context }) {
    const { name = '', image, force = false } = options;
    const scope = await openProject(context);
    const params = { project_id: scope.project.id, name };
    const before = await scope.client.getJob({ params, signal: scope.signal });
    const body: JobPatch = jobSettings(options, before);
    const reference = await chooseImage(scope, {
      name,
      image,
      source: options,
      waitSeconds: waitSecondsOf(options, true),
    });
    if (reference !== undefined) body.image_reference = reference;
    if (Object.keys(body).length === 0)
      throw new UsageFault(`Cannot update job "${name}": no option says what to change`);
    // The tag that was read: a change by somebody else in between is not overwritten.
    const call = { params, query: { force }, ifMatch: before.entity_tag, body };
    const job = await scope.client.updateJob({ ...call, signal: scope.signal });
    context.terminal.write((await renderOutput(options.output, job)) ?? '');
    context.say(`Updated job "${name}"`);
  },
});
