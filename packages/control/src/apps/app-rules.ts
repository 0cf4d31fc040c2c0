/**
 * What an app may be told, beyond the schema: pure rules over complete settings, asked in order. Each answer names the
 * field, the value, the rule and the fix. Values of environment variables are never shown.
 */
import { RESERVED_PORTS } from '@slipway/spec';
import { environmentProblem } from '../environment/environment-rules.ts';
import { namedProblem } from '../name-rule.ts';
import type { FieldProblem } from '../refuse.ts';
import { imageProblem, sizeProblem, storageProblem, type RuntimePlace } from '../runtime-rules.ts';
import { volumeMountsProblem } from '../volumes/volume-mount-rules.ts';
import { PLATFORM_VARIABLES } from './app-environment.ts';
import type { AppSettings } from './app-settings.ts';

type Rule = (settings: AppSettings, place: RuntimePlace) => FieldProblem | undefined;

const RULES: readonly Rule[] = [
  imageProblem,
  volumeMountsProblem,
  portProblem,
  (settings) => sizeProblem(settings),
  storageProblem,
  scaleProblem,
  (settings) => environmentProblem(settings.run_env_variables, PLATFORM_VARIABLES),
];

export function appNameProblem(name: string): FieldProblem | undefined {
  return namedProblem('app', name);
}

export function appSettingsProblem(settings: AppSettings, place: RuntimePlace): FieldProblem | undefined {
  for (const rule of RULES) {
    const problem = rule(settings, place);
    if (problem) return problem;
  }
  return undefined;
}

function portProblem({ image_port: value }: AppSettings): FieldProblem | undefined {
  if (!RESERVED_PORTS.includes(value)) return undefined;
  const rule = `the platform keeps ports ${RESERVED_PORTS.toSorted((a, b) => a - b).join(', ')} for itself`;
  return { field: 'image_port', value, rule, fix: 'Take another port, e.g. 8080' };
}

function scaleProblem(settings: AppSettings): FieldProblem | undefined {
  const max = settings.scale_max_instances;
  const bounded = (value: number) => max > 0 && value > max;
  if (bounded(settings.scale_min_instances)) {
    const rule = `it is more than scale_max_instances (${max})`;
    const fix = 'Lower it, or raise scale_max_instances';
    return { field: 'scale_min_instances', value: settings.scale_min_instances, rule, fix };
  }
  if (bounded(settings.scale_initial_instances)) {
    const rule = `it is more than scale_max_instances (${max})`;
    const fix = 'Lower it, or raise scale_max_instances';
    return { field: 'scale_initial_instances', value: settings.scale_initial_instances, rule, fix };
  }
  if (settings.scale_concurrency_target <= settings.scale_concurrency) return undefined;
  const rule = `it is more than scale_concurrency (${settings.scale_concurrency})`;
  const fix = 'Lower it, or raise scale_concurrency';
  return { field: 'scale_concurrency_target', value: settings.scale_concurrency_target, rule, fix };
}
