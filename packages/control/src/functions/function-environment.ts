/** What the platform tells every function. HOME, PATH and PWD come from the runtime. Pure. */
import {
  PROJECT_VARIABLES,
  projectEnvironment,
  type ProjectEnvironmentFacts,
} from '../environment/project-environment.ts';
import type { FunctionSettings } from './function-settings.ts';

export const FUNCTION_VARIABLES: readonly string[] = [
  ...PROJECT_VARIABLES,
  'CE_ALLOW_CONCURRENT',
  'CE_EXECUTION_ENV',
  'CE_FUNCTION',
];

export function functionEnvironment(
  settings: FunctionSettings,
  about: ProjectEnvironmentFacts & { readonly functionName: string },
): Readonly<Record<string, string>> {
  return {
    ...projectEnvironment(about),
    CE_ALLOW_CONCURRENT: String(settings.scale_concurrency > 1),
    CE_EXECUTION_ENV: settings.runtime,
    CE_FUNCTION: about.functionName,
  };
}
