/**
 * The environment of an instance. The platform's variables win over the user's; HOME, HOSTNAME, PATH and PWD come from
 * the image and the engine. Source: Code Engine "Automatically injected environment variables".
 */
import type { PlatformFacts } from '../control.ts';
import type { Environment } from '../environment/resolve-environment.ts';

export const PLATFORM_VARIABLES: readonly string[] = [
  'CE_API_BASE_URL',
  'CE_APP',
  'CE_DOMAIN',
  'CE_PROJECT_ID',
  'CE_REGION',
  'CE_SUBDOMAIN',
  'K_CONFIGURATION',
  'K_REVISION',
  'K_SERVICE',
  'PORT',
];

export interface EnvironmentFacts {
  readonly facts: Pick<PlatformFacts, 'apiBaseUrl' | 'domain' | 'region'>;
  readonly projectId: string;
  readonly subdomain: string;
  readonly appName: string;
  readonly revisionName: string;
  readonly port: number;
}

/** What the platform sets, in the order the API shows it. */
export function platformEnvironment(about: EnvironmentFacts): Readonly<Record<string, string>> {
  const { facts, appName } = about;
  return {
    CE_API_BASE_URL: facts.apiBaseUrl.replace(/\/v2\/?$/, ''),
    CE_APP: appName,
    CE_DOMAIN: facts.domain,
    CE_PROJECT_ID: about.projectId,
    CE_REGION: facts.region,
    CE_SUBDOMAIN: about.subdomain,
    K_CONFIGURATION: appName,
    K_REVISION: about.revisionName,
    K_SERVICE: appName,
    PORT: String(about.port),
  };
}

export function completeEnvironment(own: Environment, about: EnvironmentFacts): Environment {
  return { ...own, ...platformEnvironment(about) };
}
