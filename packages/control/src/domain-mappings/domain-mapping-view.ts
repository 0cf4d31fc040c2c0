/** A stored domain mapping in the shape of the API. What reconcile has not seen yet is said at once where it is plain. */
import type { CertificateFailure, DomainMapping } from '@slipway/spec';
import type { PlatformFacts } from '../control.ts';
import type { ProjectRecord } from '../projects/project-record.ts';
import { projectHref } from '../projects/project-view.ts';
import type { DomainMappingRecord } from './domain-mapping-record.ts';

type Standing = Required<Pick<DomainMapping, 'status' | 'status_details'>>;

export interface DomainMappingSight {
  readonly project: ProjectRecord;
  readonly mapping: DomainMappingRecord;
  readonly hasComponent: boolean;
  readonly certificateFailure: CertificateFailure | undefined;
}

export function viewDomainMapping(sight: DomainMappingSight, facts: PlatformFacts): DomainMapping {
  const { mapping, project } = sight;
  return {
    ...standingOf(sight),
    id: mapping.id,
    name: mapping.name,
    project_id: project.id,
    region: facts.region,
    created_at: mapping.createdAt,
    href: `${projectHref(project.id, facts)}/domain_mappings/${mapping.name}`,
    entity_tag: mapping.entityTag,
    cname_target: `custom.${project.spec.subdomain}.${facts.domain}`,
    component: mapping.spec.component,
    resource_type: 'domain_mapping_v2',
    tls_secret: mapping.spec.tlsSecret,
    user_managed: true,
    visibility: 'custom',
  };
}

function standingOf({ mapping, hasComponent, certificateFailure: failure }: DomainMappingSight): Standing {
  if (mapping.spec.isClaimed) return { status: 'failed', status_details: { reason: 'domain_already_claimed' } };
  if (!hasComponent) return { status: 'failed', status_details: { reason: 'app_ref_failed' } };
  const { reason = 'deploying' } = mapping.status;
  const status = reason === 'ready' || reason === 'deploying' ? reason : 'failed';
  return { status, status_details: { reason, ...(failure && { certificate_failure: failure }) } };
}
