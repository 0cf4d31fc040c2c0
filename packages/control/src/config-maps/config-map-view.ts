/** A stored config map in the shape of the API. */
import type { ConfigMap } from '@slipway/spec';
import type { PlatformFacts } from '../control.ts';
import { projectHref } from '../projects/project-view.ts';
import type { ConfigMapRecord } from './config-map-record.ts';

export function viewConfigMap(configMap: ConfigMapRecord, facts: PlatformFacts): ConfigMap {
  return {
    id: configMap.id,
    name: configMap.name,
    project_id: configMap.projectId,
    region: facts.region,
    created_at: configMap.createdAt,
    href: `${projectHref(configMap.projectId, facts)}/config_maps/${configMap.name}`,
    entity_tag: configMap.entityTag,
    resource_type: 'config_map_v2',
    data: { ...configMap.spec.data },
  };
}
