/** Traffic: which share of an app's requests each revision gets. */
import { Type, type Static } from '../json-schema.ts';
import { words } from './schema.ts';

const Percent = Type.Integer({ minimum: 0, maximum: 100 });

export const AppTraffic = Type.Object({
  app_name: Type.String(),
  project_id: Type.String(),
  href: Type.String(),
  entity_tag: Type.String({ description: 'Of the app' }),
  resource_type: words(['app_traffic_v2']),
  traffic: Type.Array(
    Type.Object({
      /** Absent while no revision has ever been ready. */
      revision_name: Type.Optional(Type.String()),
      latest: Type.Boolean({ description: 'Moves to the next revision that is ready' }),
      percent: Percent,
    }),
  ),
});
export type AppTraffic = Static<typeof AppTraffic>;

export const AppTrafficPrototype = Type.Object(
  {
    traffic: Type.Array(
      Type.Object(
        {
          revision_name: Type.Optional(Type.String({ minLength: 1, maxLength: 63 })),
          latest: Type.Optional(Type.Boolean({ default: false })),
          percent: Percent,
        },
        { additionalProperties: false },
      ),
      { minItems: 1, maxItems: 100 },
    ),
  },
  { additionalProperties: false },
);
export type AppTrafficPrototype = Static<typeof AppTrafficPrototype>;
