/**
 * The operation table: every HTTP operation with its method, path, parameters, body and answer. Server routes, client
 * methods, OpenAPI and the authorization table are all derived from it, so an operation exists exactly once.
 * Paths are relative to `/v2`. Ids are those of the public API; those of `operations/applied-set.ts`, `audit.ts`, `platform.ts`,
 * `build-strategy.ts`, `data-keys.ts`, `event.ts`, `inbound-rule.ts`, `mesh.ts`, `metrics.ts`, `quota.ts`, `subscription.ts`, `traffic.ts`,
 * `usage.ts` and `watch.ts` are ours, in its style.
 */
import type { JsonSchema, Static } from './json-schema.ts';
import type { Operation } from './operation.ts';
import { ALLOWED_OUTBOUND_DESTINATION_OPERATIONS } from './operations/allowed-outbound-destination.ts';
import { APPLIED_SET_OPERATIONS } from './operations/applied-set.ts';
import { API_KEY_OPERATIONS } from './operations/api-key.ts';
import { APP_OPERATIONS } from './operations/app.ts';
import { AUDIT_OPERATIONS } from './operations/audit.ts';
import { BINDING_OPERATIONS } from './operations/binding.ts';
import { BUILD_OPERATIONS } from './operations/build.ts';
import { BUILD_STRATEGY_OPERATIONS } from './operations/build-strategy.ts';
import { CONFIG_MAP_OPERATIONS } from './operations/config-map.ts';
import { DATA_KEY_OPERATIONS } from './operations/data-keys.ts';
import { DOMAIN_MAPPING_OPERATIONS } from './operations/domain-mapping.ts';
import { EVENT_OPERATIONS } from './operations/event.ts';
import { FUNCTION_OPERATIONS } from './operations/function.ts';
import { INBOUND_RULE_OPERATIONS } from './operations/inbound-rule.ts';
import { JOB_OPERATIONS } from './operations/job.ts';
import { MEMBER_OPERATIONS } from './operations/member.ts';
import { METRICS_OPERATIONS } from './operations/metrics.ts';
import { PERSISTENT_DATA_STORE_OPERATIONS } from './operations/persistent-data-store.ts';
import { PLATFORM_OPERATIONS } from './operations/platform.ts';
import { PROJECT_OPERATIONS } from './operations/project.ts';
import { QUOTA_OPERATIONS } from './operations/quota.ts';
import { SECRET_OPERATIONS } from './operations/secret.ts';
import { SUBSCRIPTION_OPERATIONS } from './operations/subscription.ts';
import { MESH_OPERATIONS } from './operations/mesh.ts';
import { TRAFFIC_OPERATIONS } from './operations/traffic.ts';
import { USAGE_OPERATIONS } from './operations/usage.ts';
import { WATCH_OPERATIONS } from './operations/watch.ts';

export {
  ACCESS_LEVELS,
  ANSWER_KINDS,
  METHODS,
  type AccessLevel,
  type AnswerKind,
  type Method,
  type Operation,
} from './operation.ts';

export const OPERATIONS = {
  ...PROJECT_OPERATIONS,
  ...QUOTA_OPERATIONS,
  ...APP_OPERATIONS,
  ...JOB_OPERATIONS,
  ...FUNCTION_OPERATIONS,
  ...BUILD_OPERATIONS,
  ...BINDING_OPERATIONS,
  ...CONFIG_MAP_OPERATIONS,
  ...SECRET_OPERATIONS,
  ...DOMAIN_MAPPING_OPERATIONS,
  ...PERSISTENT_DATA_STORE_OPERATIONS,
  ...ALLOWED_OUTBOUND_DESTINATION_OPERATIONS,
  ...INBOUND_RULE_OPERATIONS,
  ...SUBSCRIPTION_OPERATIONS,
  ...USAGE_OPERATIONS,
  ...METRICS_OPERATIONS,
  ...EVENT_OPERATIONS,
  ...BUILD_STRATEGY_OPERATIONS,
  ...TRAFFIC_OPERATIONS,
  ...MESH_OPERATIONS,
  ...PLATFORM_OPERATIONS,
  ...MEMBER_OPERATIONS,
  ...API_KEY_OPERATIONS,
  ...AUDIT_OPERATIONS,
  ...WATCH_OPERATIONS,
  ...DATA_KEY_OPERATIONS,
  ...APPLIED_SET_OPERATIONS,
} as const satisfies Record<string, Operation>;

export type OperationId = keyof typeof OPERATIONS;
type Table = typeof OPERATIONS;

/** `/projects/{project_id}/apps/{name}` → `'project_id' | 'name'`. */
type PathParamNames<Path extends string> = Path extends `${string}{${infer Name}}${infer Rest}`
  ? Name | PathParamNames<Rest>
  : never;
export type PathParams<Id extends OperationId> = Readonly<Record<PathParamNames<Table[Id]['path']>, string>>;
export type Query<Id extends OperationId> = Table[Id] extends { query: infer Q extends JsonSchema }
  ? Static<Q>
  : object;
export type Body<Id extends OperationId> = Table[Id] extends { body: infer B extends JsonSchema }
  ? Static<B>
  : undefined;
export type Returns<Id extends OperationId> = Table[Id] extends { answer: 'ndjson' | 'events' }
  ? AsyncIterable<Static<Table[Id]['returns']>>
  : Static<Table[Id]['returns']>;
