/**
 * The environment of an instance. The platform's variables win over the user's; HOME, HOSTNAME, PATH and PWD come from
 * the image and the engine. Source: Code Engine "Automatically injected environment variables".
 */
import {
  PROJECT_VARIABLES,
  projectEnvironment,
  type ProjectEnvironmentFacts,
} from '../environment/project-environment.ts';
import type { Environment } from '../environment/resolve-environment.ts';

export const PLATFORM_VARIABLES: readonly string[] = [
  ...PROJECT_VARIABLES,
  'CE_APP',
  'K_CONFIGURATION',
  'K_REVISION',
  'K_SERVICE',
  'PORT',
];

export interface EnvironmentFacts extends ProjectEnvironmentFacts {
  readonly appName: string;
  readonly revisionName: string;
  readonly port: number;
}

/** What the platform sets. */
export function platformEnvironment(about: EnvironmentFacts): Environment {
  const { appName } = about;
  return {
    ...projectEnvironment(about),
    CE_APP: appName,
    K_CONFIGURATION: appName,
    K_REVISION: about.revisionName,
    K_SERVICE: appName,
    PORT: String(about.port),
  };
}

export function completeEnvironment(own: Environment, about: EnvironmentFacts): Environment {
  return { ...own, ...platformEnvironment(about) };
}
