/** Traffic: which share of an app's requests each revision gets, by steps if wanted, and when it goes back by itself. */
import { Type, type Static } from '../json-schema.ts';
import { TRAFFIC_LIMITS } from '../limits.ts';
import { Timestamp, words } from './schema.ts';

/**
 * `settled`: the shares are as stated. `waiting`: a revision that is to get requests is not ready yet. `stepping`: on the way,
 * step by step. `watching`: as stated, and it may still go back by itself. `went_back`: a revision failed, and requests go
 * where they went before, until the traffic is stated anew or another revision is ready.
 */
export const TRAFFIC_REASONS = ['settled', 'waiting', 'stepping', 'watching', 'went_back'] as const;

const Percent = Type.Integer({ minimum: 0, maximum: 100 });

const stepFields = {
  percent: Type.Integer({ minimum: 1, maximum: 100, description: 'Per cent that change hands at each step' }),
  interval_seconds: Type.Integer({
    minimum: 1,
    maximum: TRAFFIC_LIMITS.stepIntervalSecondsMax,
    description: 'Time between two steps',
  }),
};

const rollbackFields = {
  enabled: Type.Boolean({ description: 'Go back when a revision that got requests fails' }),
  error_margin_percent: Type.Integer({
    minimum: 1,
    maximum: 100,
    description:
      'How much larger its share of server errors may be than that of the revisions before, in percentage points',
  }),
  requests_min: Type.Integer({
    minimum: 1,
    maximum: TRAFFIC_LIMITS.requestsMinMax,
    description: 'With fewer requests it is not judged by its errors',
  }),
  window_seconds: Type.Integer({
    minimum: 1,
    maximum: TRAFFIC_LIMITS.windowSecondsMax,
    description: 'How far back errors count, and how long it is watched after the last step',
  }),
};

export const AppTraffic = Type.Object({
  app_name: Type.String(),
  project_id: Type.String(),
  href: Type.String(),
  entity_tag: Type.String({ description: 'Of the app' }),
  resource_type: words(['app_traffic_v2']),
  /** As it was stated. */
  traffic: Type.Array(
    Type.Object({
      /** Absent while no revision has ever been ready. */
      revision_name: Type.Optional(Type.String()),
      latest: Type.Boolean({ description: 'Moves to the next revision that is ready' }),
      percent: Percent,
      tag: Type.Optional(Type.String()),
      url: Type.Optional(Type.String({ description: 'Of the tag' })),
    }),
  ),
  step: Type.Optional(Type.Object(stepFields)),
  rollback: Type.Object(rollbackFields),
  revisions_max: Type.Integer({ description: 'Revisions that are kept' }),
  status_details: Type.Object({
    reason: words(TRAFFIC_REASONS),
    message: Type.Optional(Type.String()),
    next_step_at: Type.Optional(Timestamp),
    /** As it is now. */
    shares: Type.Array(Type.Object({ revision_name: Type.String(), percent: Percent })),
    /** Where the requests went before the last change, and where they go when it goes back. */
    previous_shares: Type.Array(Type.Object({ revision_name: Type.String(), percent: Percent })),
  }),
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
          tag: Type.Optional(Type.String({ minLength: 1, maxLength: 61 })),
        },
        { additionalProperties: false },
      ),
      { minItems: 1, maxItems: TRAFFIC_LIMITS.targetsMax },
    ),
    step: Type.Optional(Type.Object(stepFields, { additionalProperties: false })),
    rollback: Type.Optional(
      Type.Object(
        {
          enabled: Type.Optional(rollbackFields.enabled),
          error_margin_percent: Type.Optional(rollbackFields.error_margin_percent),
          requests_min: Type.Optional(rollbackFields.requests_min),
          window_seconds: Type.Optional(rollbackFields.window_seconds),
        },
        { additionalProperties: false },
      ),
    ),
    revisions_max: Type.Optional(
      Type.Integer({ minimum: TRAFFIC_LIMITS.revisionsMaxMin, maximum: TRAFFIC_LIMITS.revisionsMaxMax }),
    ),
  },
  { additionalProperties: false },
);
export type AppTrafficPrototype = Static<typeof AppTrafficPrototype>;

export const AppRestartPrototype = Type.Object(
  { instance_name: Type.Optional(Type.String({ minLength: 1, maxLength: 253 })) },
  { additionalProperties: false },
);
export type AppRestartPrototype = Static<typeof AppRestartPrototype>;
