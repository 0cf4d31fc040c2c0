/**
 * A stored function in the shape of the API. No engine carries functions yet: it is `offline`, the word of the API for
 * one that takes no requests, and its addresses are those it will have.
 */
import type { FunctionResource } from '@slipway/spec';
import { urlFor } from '../apps/app-hosts.ts';
import type { PlatformFacts } from '../control.ts';
import { viewComputed } from '../environment/project-environment.ts';
import type { ProjectRecord } from '../projects/project-record.ts';
import { projectHref } from '../projects/project-view.ts';
import { functionEnvironment } from './function-environment.ts';
import type { FunctionRecord } from './function-record.ts';

const INTERNAL_SUFFIX = 'function.cluster.local';

export function viewFunction(fn: FunctionRecord, project: ProjectRecord, facts: PlatformFacts): FunctionResource {
  const { settings } = fn.spec;
  const { subdomain } = project.spec;
  const mapping = settings.managed_domain_mappings;
  const internal = `http://${fn.name}.${subdomain}.${INTERNAL_SUFFIX}`;
  const about = { facts, projectId: project.id, subdomain, functionName: fn.name };
  return {
    ...settings,
    run_env_variables: [...settings.run_env_variables],
    computed_env_variables: viewComputed(functionEnvironment(settings, about)),
    id: fn.id,
    name: fn.name,
    project_id: project.id,
    region: facts.region,
    created_at: fn.createdAt,
    href: `${projectHref(project.id, facts)}/functions/${fn.name}`,
    entity_tag: fn.entityTag,
    endpoint: mapping === 'local_public' ? urlFor({ appName: fn.name, subdomain, mapping }, facts) : internal,
    endpoint_internal: internal,
    resource_type: 'function_v2',
    status: 'offline',
    status_details: { reason: 'offline' },
  };
}
