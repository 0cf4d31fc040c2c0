/** Config map: settings outside of images, in clear. Source: API v2 model ConfigMap. */
import { Type, type Static } from '../json-schema.ts';
import { identityFields, listOf, words } from './schema.ts';

const Data = Type.Record(Type.String());

export const ConfigMap = Type.Object({
  ...identityFields,
  name: Type.String(),
  data: Type.Optional(Type.Record(Type.String(), { 'x-sensitive': true })),
  entity_tag: Type.String(),
  resource_type: Type.Optional(words(['config_map_v2'])),
});
export type ConfigMap = Static<typeof ConfigMap>;
export const ConfigMapList = listOf('config_maps', ConfigMap);
export type ConfigMapList = Static<typeof ConfigMapList>;

export const ConfigMapPrototype = Type.Object(
  { name: Type.String({ minLength: 1, maxLength: 253 }), data: Type.Optional(Data) },
  { additionalProperties: false },
);
export type ConfigMapPrototype = Static<typeof ConfigMapPrototype>;

export const ConfigMapReplacement = Type.Object({ data: Type.Optional(Data) }, { additionalProperties: false });
export type ConfigMapReplacement = Static<typeof ConfigMapReplacement>;
