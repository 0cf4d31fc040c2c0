/** `slipway job create`: keeps what is to run; each run of it is a `jobrun submit`. */
import { defineCommand } from '../command.ts';
import { renderOutput } from '../output/render-output.ts';
import { openProject } from '../project-scope.ts';
import { chooseImage } from '../runtime/choose-image.ts';
import { waitSecondsOf, withDefaults } from '../shared-options.ts';
import { UsageFault } from '../usage-fault.ts';
import { jobSettings } from './job-body.ts';
import { JOB_SETTING_DEFAULTS, JOB_SETTING_OPTIONS, JOB_SHARED_OPTIONS } from './job-options.ts';

export const command = defineCommand({
  options: { ...JOB_SHARED_OPTIONS, ...withDefaults(JOB_SETTING_OPTIONS, JOB_SETTING_DEFAULTS) },
  operands: ['NAME'],
  examples: [
    'slipway job create --name report --image registry.example.com/report:1 --env DAY=today',
    'slipway job create --name resize --build-source . --array-size 10',
  ],
  async run({ options, context }) {
    const { name = '', image, force = false } = options;
    const settings = jobSettings(options);
    if (image === undefined && options.buildSource === undefined) {
      throw new UsageFault(`Cannot create job "${name}": it needs an image or a source`, [
        'Add --image IMAGE, or --build-source FOLDER',
      ]);
    }
    const scope = await openProject(context);
    const image_reference =
      (await chooseImage(scope, { name, image, source: options, waitSeconds: waitSecondsOf(options, true) })) ?? '';
    const body = { name, image_reference, ...settings };
    const params = { project_id: scope.project.id };
    const job = await scope.client.createJob({ params, query: { force }, body, signal: scope.signal });
    context.terminal.write((await renderOutput(options.output, job)) ?? '');
    context.say(`Created job "${name}". Run it: slipway jobrun submit --job ${name}`);
  },
});
