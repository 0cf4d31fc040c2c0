/** Operations on config maps. */
import { P, Page, type Operation } from '../operation.ts';
import * as configMap from '../resources/config-map.ts';
import { EmptyObject } from '../resources/platform.ts';

export const CONFIG_MAP_OPERATIONS = {
  listConfigMaps: {
    method: 'GET',
    path: `${P}/config_maps`,
    access: 'view',
    summary: 'List config maps',
    query: Page,
    returns: configMap.ConfigMapList,
    status: 200,
  },
  createConfigMap: {
    method: 'POST',
    path: `${P}/config_maps`,
    access: 'change',
    summary: 'Create a config map',
    body: configMap.ConfigMapPrototype,
    returns: configMap.ConfigMap,
    status: 201,
  },
  getConfigMap: {
    method: 'GET',
    path: `${P}/config_maps/{name}`,
    access: 'view',
    summary: 'Get a config map',
    returns: configMap.ConfigMap,
    status: 200,
  },
  replaceConfigMap: {
    method: 'PUT',
    path: `${P}/config_maps/{name}`,
    access: 'change',
    summary: 'Replace the data of a config map',
    body: configMap.ConfigMapReplacement,
    ifMatch: true,
    returns: configMap.ConfigMap,
    status: 200,
  },
  deleteConfigMap: {
    method: 'DELETE',
    path: `${P}/config_maps/{name}`,
    access: 'change',
    summary: 'Delete a config map',
    returns: EmptyObject,
    status: 202,
  },
} as const satisfies Record<string, Operation>;
