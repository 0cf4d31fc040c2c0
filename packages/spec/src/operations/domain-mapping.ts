/** Operations on domain mappings. */
import { P, Page, type Operation } from '../operation.ts';
import * as domainMapping from '../resources/domain-mapping.ts';
import { EmptyObject } from '../resources/platform.ts';

export const DOMAIN_MAPPING_OPERATIONS = {
  listDomainMappings: {
    method: 'GET',
    path: `${P}/domain_mappings`,
    access: 'view',
    summary: 'List domain mappings',
    query: Page,
    returns: domainMapping.DomainMappingList,
    status: 200,
  },
  createDomainMapping: {
    method: 'POST',
    path: `${P}/domain_mappings`,
    access: 'change',
    summary: 'Create a domain mapping',
    body: domainMapping.DomainMappingPrototype,
    returns: domainMapping.DomainMapping,
    status: 201,
  },
  getDomainMapping: {
    method: 'GET',
    path: `${P}/domain_mappings/{name}`,
    access: 'view',
    summary: 'Get a domain mapping',
    returns: domainMapping.DomainMapping,
    status: 200,
  },
  updateDomainMapping: {
    method: 'PATCH',
    path: `${P}/domain_mappings/{name}`,
    access: 'change',
    summary: 'Update a domain mapping',
    body: domainMapping.DomainMappingPatch,
    bodyKind: 'merge-patch',
    ifMatch: true,
    returns: domainMapping.DomainMapping,
    status: 200,
  },
  deleteDomainMapping: {
    method: 'DELETE',
    path: `${P}/domain_mappings/{name}`,
    access: 'change',
    summary: 'Delete a domain mapping',
    returns: EmptyObject,
    status: 202,
  },
} as const satisfies Record<string, Operation>;
