/** Mesh: who of a project may call an app, and what is done about calls that fail. Requests from outside are never meant. */
import { Type, type Static } from '../json-schema.ts';
import { MESH_LIMITS } from '../limits.ts';
import { words } from './schema.ts';

const callers = Type.Array(Type.String({ minLength: 1, maxLength: 63 }), {
  maxItems: MESH_LIMITS.callersMax,
  description: 'Apps of the project that may call it, beside itself; without it all may, with none of them none',
});

const timeout = Type.Integer({
  minimum: MESH_LIMITS.timeoutMillisecondsMin,
  maximum: MESH_LIMITS.timeoutMillisecondsMax,
  description: 'How long a call may wait for the app to go on, its waking included, before it is answered with 504',
});

const retryFields = {
  attempts: Type.Integer({
    minimum: 1,
    maximum: MESH_LIMITS.retriesMax,
    description: 'How often a call that failed is tried again',
  }),
  budget_percent: Type.Integer({
    minimum: 1,
    maximum: 100,
    description: 'How many calls may be repeated, in per cent of all; beyond it none is for a while',
  }),
  any_method: Type.Boolean({
    description: 'Repeat calls of methods that are not idempotent too, as POST; the app must bear to get one twice',
  }),
};

const outlierFields = {
  consecutive_errors: Type.Integer({
    minimum: 1,
    maximum: MESH_LIMITS.consecutiveErrorsMax,
    description: 'Server errors of one instance in a row, without an answer that is none',
  }),
  error_percent: Type.Integer({
    minimum: 1,
    maximum: 100,
    description: 'Or this share of server errors among its answers within half a minute',
  }),
  requests_min: Type.Integer({
    minimum: 1,
    maximum: MESH_LIMITS.requestsMinMax,
    description: 'With fewer answers its share says nothing',
  }),
  ejection_seconds: Type.Integer({
    minimum: 1,
    maximum: MESH_LIMITS.ejectionSecondsMax,
    description: 'How long it gets no requests; at most half of the instances get none',
  }),
};

const Percent = Type.Integer({ minimum: 1, maximum: 100 });
const abortFields = {
  percent: Percent,
  status: Type.Integer({ minimum: 400, maximum: 599, description: 'What these calls are answered with' }),
};

const delayFields = {
  percent: Percent,
  milliseconds: Type.Integer({
    minimum: 1,
    maximum: MESH_LIMITS.delayMillisecondsMax,
    description: 'How long these calls wait before they go on',
  }),
};
const mirrorFields = {
  percent: Percent,
  app: Type.Optional(
    Type.String({ minLength: 1, maxLength: 63, description: 'App of the project that gets copies of these calls' }),
  ),
  tag: Type.Optional(
    Type.String({ minLength: 1, maxLength: 61, description: 'Or the tag of the app whose revision gets them' }),
  ),
};

export const AppMesh = Type.Object({
  app_name: Type.String(),
  project_id: Type.String(),
  href: Type.String(),
  entity_tag: Type.String({ description: 'Of the app' }),
  resource_type: words(['app_mesh_v2']),
  callers: Type.Optional(callers),
  timeout_milliseconds: Type.Optional(timeout),
  retries: Type.Optional(Type.Object(retryFields)),
  outliers: Type.Optional(Type.Object(outlierFields)),
  abort: Type.Optional(Type.Object(abortFields)),
  delay: Type.Optional(Type.Object(delayFields)),
  mirror: Type.Optional(Type.Object(mirrorFields)),
});
export type AppMesh = Static<typeof AppMesh>;

const CLOSED = { additionalProperties: false } as const;

export const AppMeshPrototype = Type.Object(
  {
    callers: Type.Optional(callers),
    timeout_milliseconds: Type.Optional(timeout),
    retries: Type.Optional(
      Type.Object(
        {
          attempts: retryFields.attempts,
          budget_percent: Type.Optional(retryFields.budget_percent),
          any_method: Type.Optional(retryFields.any_method),
        },
        CLOSED,
      ),
    ),
    outliers: Type.Optional(
      Type.Object(
        {
          consecutive_errors: Type.Optional(outlierFields.consecutive_errors),
          error_percent: Type.Optional(outlierFields.error_percent),
          requests_min: Type.Optional(outlierFields.requests_min),
          ejection_seconds: Type.Optional(outlierFields.ejection_seconds),
        },
        CLOSED,
      ),
    ),
    abort: Type.Optional(Type.Object(abortFields, CLOSED)),
    delay: Type.Optional(Type.Object(delayFields, CLOSED)),
    mirror: Type.Optional(Type.Object(mirrorFields, CLOSED)),
  },
  CLOSED,
);
export type AppMeshPrototype = Static<typeof AppMeshPrototype>;
