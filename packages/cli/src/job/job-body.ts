/** From options to the settings of a job or a job run, as the API takes them. Pure. */
import type { JobPatch } from '@slipway/spec';
import { containerSettings, given, type CurrentSettings } from '../runtime/runtime-body.ts';
import { UsageFault } from '../usage-fault.ts';
import type { JobOptions } from './job-options.ts';

/** Only what was given. */
export function jobSettings(options: JobOptions, current: CurrentSettings = {}): JobPatch {
  return given({
    ...containerSettings(options, current),
    run_mode: options.mode as JobPatch['run_mode'],
    scale_array_spec: arraySpecFrom(options),
    scale_max_execution_time: options.maxExecutionTime,
    scale_retry_limit: options.retryLimit,
  });
}

/** `--array-size 5` is `0-4`. */
function arraySpecFrom({ arrayIndexes: indexes, arraySize: size }: JobOptions): string | undefined {
  if (size === undefined) return indexes?.replaceAll(' ', '');
  if (indexes !== undefined) throw new UsageFault('Cannot use --array-size with --array-indexes: one of them');
  if (size < 1) throw new UsageFault(`Cannot use --array-size ${size}: it takes 1 or more`);
  return size === 1 ? '0' : `0-${size - 1}`;
}
