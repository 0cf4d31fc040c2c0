/** The variables that tell every instance where it is, and how the API shows what the platform sets. Pure. */
import type { EnvVar } from '@slipway/spec';
import type { PlatformFacts } from '../control.ts';

export interface ProjectEnvironmentFacts {
  readonly facts: Pick<PlatformFacts, 'domain' | 'instanceApiUrl' | 'region'>;
  readonly projectId: string;
  readonly subdomain: string;
}

export const PROJECT_VARIABLES: readonly string[] = [
  'CE_API_BASE_URL',
  'CE_DOMAIN',
  'CE_PROJECT_ID',
  'CE_REGION',
  'CE_SUBDOMAIN',
];

export function projectEnvironment({ facts, projectId, subdomain }: ProjectEnvironmentFacts): Record<string, string> {
  return {
    CE_API_BASE_URL: facts.instanceApiUrl,
    CE_DOMAIN: facts.domain,
    CE_PROJECT_ID: projectId,
    CE_REGION: facts.region,
    CE_SUBDOMAIN: subdomain,
  };
}

/** In the order of their names. */
export function viewComputed(variables: Readonly<Record<string, string>>): EnvVar[] {
  const names = Object.keys(variables).toSorted((one, other) => (one < other ? -1 : 1));
  return names.map((name) => ({ type: 'literal', name, value: variables[name] ?? '' }));
}
