/** `slipway jobrun resubmit`: a new run with the settings of an older one, changed by the options. */
import type { JobRun, JobRunPrototype } from '@slipway/spec';
import { defineCommand, type OptionTable, type ParsedOptions } from '../command.ts';
import { jobSettings } from '../job/job-body.ts';
import { JOB_SETTING_CHANGE_OPTIONS } from '../job/job-options.ts';
import { openProject } from '../project-scope.ts';
import { given } from '../runtime/runtime-body.ts';
import { RUN_OPTIONS } from './job-run-options.ts';
import { submitRun } from './submit-run.ts';

const OPTIONS = {
  jobRun: { names: ['--jobrun', '-j'], kind: 'value', summary: 'the older run', required: true },
  ...RUN_OPTIONS,
  ...JOB_SETTING_CHANGE_OPTIONS,
} as const satisfies OptionTable;

export const command = defineCommand({
  options: OPTIONS,
  examples: ['slipway jobrun resubmit --jobrun report-jobrun-x7k2p --array-indexes 3,5'],
  async run({ options, context }) {
    const scope = await openProject(context);
    const params = { project_id: scope.project.id, name: options.jobRun ?? '' };
    const before = await scope.client.getJobRun({ params, signal: scope.signal });
    await submitRun(scope, options, rerunOf(before, options));
  },
});

/** Pure. A task that becomes a daemon leaves behind what only tasks have. */
export function rerunOf(before: JobRun, options: Partial<ParsedOptions<typeof OPTIONS>>): JobRunPrototype {
  const isDaemon = (options.mode ?? before.run_mode) === 'daemon';
  const kept = given({
    job_name: before.job_name,
    image_reference: before.image_reference,
    image_secret: before.image_secret,
    run_arguments: before.run_arguments,
    run_as_user: before.run_as_user,
    run_commands: before.run_commands,
    run_env_variables: before.run_env_variables,
    run_mode: before.run_mode,
    run_service_account: before.run_service_account,
    run_volume_mounts: before.run_volume_mounts,
    scale_array_size_variable_override: before.scale_array_size_variable_override,
    scale_array_spec: before.scale_array_spec,
    scale_cpu_limit: before.scale_cpu_limit,
    scale_ephemeral_storage_limit: before.scale_ephemeral_storage_limit,
    scale_max_execution_time: isDaemon ? undefined : before.scale_max_execution_time,
    scale_memory_limit: before.scale_memory_limit,
    scale_retry_limit: isDaemon ? undefined : before.scale_retry_limit,
  });
  return given({
    ...kept,
    name: options.name,
    ...jobSettings(options, before),
    scale_array_size_variable_override: options.arraySizeVariable ?? kept.scale_array_size_variable_override,
  });
}
