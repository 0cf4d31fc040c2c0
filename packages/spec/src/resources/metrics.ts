/** Metrics: how apps are doing now, revision by revision. The names are those of Code Engine's gauges, without prefix. */
import { Type, type Static } from '../json-schema.ts';
import { listOf } from './schema.ts';

/** Means of a start's phases, in milliseconds. */
const RevisionStarts = Type.Object({
  tier: Type.String({ description: 'What they came from: nothing, created or frozen' }),
  count: Type.Integer(),
  mean_ms: Type.Number(),
  queue_mean_ms: Type.Number(),
  image_mean_ms: Type.Number(),
  sandbox_mean_ms: Type.Number(),
  process_mean_ms: Type.Number(),
  ready_mean_ms: Type.Number(),
  route_mean_ms: Type.Number(),
});

export const RevisionMetric = Type.Object({
  app_name: Type.String(),
  revision_name: Type.String(),
  actual_instances: Type.Integer({ description: 'Take requests' }),
  requested_instances: Type.Integer({ description: 'Were asked for and are not leaving' }),
  desired_instances: Type.Integer({ description: 'Should be there' }),
  pending_instances: Type.Integer({ description: 'Are not started yet' }),
  not_ready_instances: Type.Integer({ description: 'Are started and do not take requests yet' }),
  terminating_instances: Type.Integer(),
  requests_total: Type.Integer({
    description: 'Since the platform was started last, or its instances if they are older',
  }),
  requests_in_flight: Type.Integer(),
  requests_queued: Type.Integer({ description: 'Wait for an instance' }),
  target_concurrency_per_pod: Type.Number(),
  stable_request_concurrency: Type.Number(),
  panic_request_concurrency: Type.Number(),
  panic_mode: Type.Integer({ description: '1 while a burst decides, else 0' }),
  frozen_instances: Type.Integer({ description: 'Stand by frozen; they are no instances and not paid for' }),
  waiting_sandboxes: Type.Integer({ description: 'Stand by created, without a process of the app' }),
  starts: Type.Array(RevisionStarts, {
    description: 'Starts since the platform was started last, by what they came from',
  }),
});
export type RevisionMetric = Static<typeof RevisionMetric>;
export const MetricList = listOf('metrics', RevisionMetric);
export type MetricList = Static<typeof MetricList>;
