/** Edges: the requests between outside and the applications of a project, and between them. */
import { Type, type Static } from '../json-schema.ts';
import { listOf, words } from './schema.ts';

/** `unknown`: an instance whose application could not be told. `other`: all edges beyond those that are counted one by one. */
export const EDGE_SOURCES = ['outside', 'app', 'unknown', 'other'] as const;

const EdgeBucket = Type.Object({ at_most_ms: Type.Number(), count: Type.Integer() });

export const Edge = Type.Object({
  source_type: words(EDGE_SOURCES),
  source_app_name: Type.Optional(Type.String({ description: 'Of a request from an application' })),
  target_app_name: Type.Optional(Type.String({ description: 'Missing where the source is "other"' })),
  requests_total: Type.Integer({ description: 'Since the platform was started last, as all totals' }),
  requests_in_flight: Type.Integer({ description: 'Under way now, as far as the application is awake' }),
  client_errors_total: Type.Integer({ description: 'Answers of 400 to 499' }),
  server_errors_total: Type.Integer({ description: 'Answers of 500 and more' }),
  no_answers_total: Type.Integer({ description: 'The application gave no whole answer in time' }),
  canceled_total: Type.Integer({ description: 'The client went away before the answer was complete' }),
  mean_ms: Type.Number(),
  p50_ms: Type.Number({ description: 'Estimated from the buckets, as the other percentiles' }),
  p95_ms: Type.Number(),
  p99_ms: Type.Number(),
  buckets: Type.Array(EdgeBucket, { description: 'Requests that took at most so long' }),
});
export type Edge = Static<typeof Edge>;

export const EdgeList = Type.Object({
  ...listOf('edges', Edge).properties,
  observed: Type.Boolean({ description: 'Whether the operator has requests observed' }),
});
export type EdgeList = Static<typeof EdgeList>;
