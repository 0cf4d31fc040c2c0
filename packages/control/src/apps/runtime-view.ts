/** The part that an app and its revisions show in the same way: everything that makes an instance run. */
import type { App } from '@slipway/spec';
import { viewComputed } from '../environment/project-environment.ts';
import type { AppSettings } from './app-settings.ts';

type RuntimeView = Pick<App, Exclude<keyof AppSettings, 'managed_domain_mappings'> | 'computed_env_variables'>;

export function viewRuntime(settings: AppSettings, platformVariables: Readonly<Record<string, string>>): RuntimeView {
  const { managed_domain_mappings: _route, ...shown } = settings;
  return {
    ...shown,
    run_env_variables: [...settings.run_env_variables],
    computed_env_variables: viewComputed(platformVariables),
  };
}
