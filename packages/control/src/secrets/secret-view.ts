/**
 * A stored secret in the shape of the API. Whoever may read a secret sees its values as they were sent, in clear, so
 * that a client which compares what it wants with what is sees no difference; a list shows none.
 */
import type { Secret, SecretFormat } from '@slipway/spec';
import type { PlatformFacts } from '../control.ts';
import type { Data } from '../data-rules.ts';
import { projectHref } from '../projects/project-view.ts';
import type { SecretRecord } from './secret-record.ts';

const RESOURCE_TYPES: Readonly<Record<SecretFormat, NonNullable<Secret['resource_type']>>> = {
  generic: 'secret_generic_v2',
  ssh_auth: 'secret_auth_ssh_v2',
  basic_auth: 'secret_basic_auth_v2',
  hmac_auth: 'secret_hmac_auth_v2',
  tls: 'secret_tls_v2',
  service_access: 'secret_service_access_v2',
  registry: 'secret_registry_v2',
  service_operator: 'secret_operator_v2',
  other: 'secret_other_v2',
};

export function viewSecret(secret: SecretRecord, facts: PlatformFacts, data?: Data): Secret {
  const { format, serviceAccess } = secret.spec;
  return {
    id: secret.id,
    name: secret.name,
    project_id: secret.projectId,
    region: facts.region,
    created_at: secret.createdAt,
    href: `${projectHref(secret.projectId, facts)}/secrets/${secret.name}`,
    entity_tag: secret.entityTag,
    format,
    generated_by: 'user',
    resource_type: RESOURCE_TYPES[format],
    ...(data && { data: { ...data } }),
    ...(serviceAccess && { service_access: serviceAccess }),
  };
}
