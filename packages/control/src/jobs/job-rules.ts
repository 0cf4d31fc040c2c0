/** What a job or a job run may be told, beyond the schema: pure rules over complete settings, asked in order. */
import { JOB_LIMITS } from '@slipway/spec';
import { environmentProblem } from '../environment/environment-rules.ts';
import type { FieldProblem } from '../refuse.ts';
import { imageProblem, sizeProblem, storageProblem, unavailableProblem, type RuntimePlace } from '../runtime-rules.ts';
import { volumeMountsProblem } from '../volumes/volume-mount-rules.ts';
import { arraySpecProblem } from './array-spec.ts';
import { JOB_VARIABLES } from './job-environment.ts';
import type { JobSettings } from './job-settings.ts';

export function jobSettingsProblem(settings: JobSettings, place: RuntimePlace): FieldProblem | undefined {
  return (
    imageProblem(settings, place) ??
    unavailableProblem(settings) ??
    volumeMountsProblem(settings) ??
    sizeProblem(settings) ??
    storageProblem(settings) ??
    arraySpecProblem(settings.scale_array_spec) ??
    modeProblem(settings) ??
    environmentProblem(settings.run_env_variables, JOB_VARIABLES) ??
    definitionProblem(settings)
  );
}

function modeProblem(settings: JobSettings): FieldProblem | undefined {
  if (settings.run_mode === 'task') return undefined;
  for (const field of ['scale_max_execution_time', 'scale_retry_limit'] as const) {
    const value = settings[field];
    const rule = 'a daemon runs without end and is always started again';
    if (value !== undefined) return { field, value, rule, fix: 'Leave it out, or take run_mode "task"' };
  }
  return undefined;
}

function definitionProblem(settings: JobSettings): FieldProblem | undefined {
  const bytes = Buffer.byteLength(JSON.stringify(settings));
  if (bytes <= JOB_LIMITS.definitionBytesMax) return undefined;
  const rule = `all settings together may have ${JOB_LIMITS.definitionBytesMax} bytes`;
  const fix = 'Move large values into a config map, a secret or the image';
  return { field: 'run_env_variables', value: `${bytes} bytes`, rule, fix };
}
