/** `slipway jobrun submit`: runs a job, with settings of its own if given, or an image without a job. */
import type { JobRunPrototype } from '@slipway/spec';
import { defineCommand, type OptionTable, type ParsedOptions } from '../command.ts';
import { jobSettings } from '../job/job-body.ts';
import { JOB_SETTING_DEFAULTS, JOB_SETTING_OPTIONS } from '../job/job-options.ts';
import { openProject } from '../project-scope.ts';
import { given, type CurrentSettings } from '../runtime/runtime-body.ts';
import { IMAGE_OPTIONS } from '../runtime/runtime-options.ts';
import { withDefaults } from '../shared-options.ts';
import { UsageFault } from '../usage-fault.ts';
import { RUN_OPTIONS } from './job-run-options.ts';
import { submitRun } from './submit-run.ts';

const OPTIONS = {
  job: { names: ['--job', '-j'], kind: 'value', summary: 'the job to run' },
  ...RUN_OPTIONS,
  ...IMAGE_OPTIONS,
  ...withDefaults(JOB_SETTING_OPTIONS, JOB_SETTING_DEFAULTS),
} as const satisfies OptionTable;

export const command = defineCommand({
  options: OPTIONS,
  operands: ['NAME'],
  examples: [
    'slipway jobrun submit --job report --env DAY=monday',
    'slipway jobrun submit --name once --image registry.example.com/report:1 --wait',
  ],
  async run({ options, context }) {
    const { job: name, image } = options;
    if (name === undefined && image === undefined)
      throw new UsageFault('Cannot submit a job run: it needs a job or an image', ['Add --job JOB, or --image IMAGE']);
    const scope = await openProject(context);
    const params = { project_id: scope.project.id, name: name ?? '' };
    const job = name === undefined ? undefined : await scope.client.getJob({ params, signal: scope.signal });
    await submitRun(scope, options, jobRunFor(options, job));
  },
});

/**
 * Pure: only what was given, so that the job's settings hold for the rest. The API takes variables and mounts as a whole, so those
 * of the job are sent along with the ones that change.
 */
export function jobRunFor(
  options: Partial<ParsedOptions<typeof OPTIONS>>,
  current: CurrentSettings = {},
): JobRunPrototype {
  return given({
    name: options.name,
    job_name: options.job,
    image_reference: options.image,
    ...jobSettings(options, current),
    scale_array_size_variable_override: options.arraySizeVariable,
  });
}
