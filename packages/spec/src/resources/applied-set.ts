/**
 * Applied set: what a declaration (`slipway apply`) made in a project, so that the next one knows what is its own. Ours;
 * the resources of the public API have no labels. It tells of resources and never makes or deletes one.
 */
import { Type, type Static } from '../json-schema.ts';
import { APPLIED_SET_LIMITS } from '../limits.ts';
import { DECLARED_KINDS } from '../manifest/declared-kinds.ts';
import { identityFields, listOf, Timestamp, words } from './schema.ts';

export const AppliedResource = Type.Object(
  {
    kind: words(DECLARED_KINDS),
    name: Type.String({ minLength: 1, maxLength: 300, description: 'Of a binding: component/prefix' }),
    fields: Type.Array(Type.String({ minLength: 1, maxLength: 64 }), {
      maxItems: APPLIED_SET_LIMITS.fieldsMax,
      description: 'The fields that were declared: one that no longer is goes back to its default',
    }),
    adopted: Type.Optional(
      Type.Boolean({ description: 'It was there before the declaration, so no declaration deletes it' }),
    ),
    source: Type.Optional(Type.String({ maxLength: 128, description: 'Hash of the folder that was built and how' })),
    image: Type.Optional(Type.String({ maxLength: 512, description: 'The image that was built from it' })),
  },
  { additionalProperties: false },
);
export type AppliedResource = Static<typeof AppliedResource>;

const Resources = Type.Array(AppliedResource, { maxItems: APPLIED_SET_LIMITS.resourcesMax });

export const AppliedSet = Type.Object({
  ...identityFields,
  name: Type.String(),
  applied_at: Timestamp,
  entity_tag: Type.String(),
  resource_type: Type.Optional(words(['applied_set_v2'])),
  resources: Type.Array(AppliedResource),
});
export type AppliedSet = Static<typeof AppliedSet>;
export const AppliedSetList = listOf('applied_sets', AppliedSet);
export type AppliedSetList = Static<typeof AppliedSetList>;

export const AppliedSetReplacement = Type.Object({ resources: Resources }, { additionalProperties: false });
export type AppliedSetReplacement = Static<typeof AppliedSetReplacement>;
