/** Watching: what is there, and then every change of it, as server-sent events. */
import { Type, type JsonSchema, type Static } from '../json-schema.ts';
import { words } from './schema.ts';

/** What can be watched in a project, and the operation whose answer each event carries. */
export const WATCH_GETTERS = {
  app: 'getApp',
  app_revision: 'getAppRevision',
  job: 'getJob',
  job_run: 'getJobRun',
  function: 'getFunction',
  build: 'getBuild',
  build_run: 'getBuildRun',
  binding: 'getBinding',
  config_map: 'getConfigMap',
  secret: 'getSecret',
  domain_mapping: 'getDomainMapping',
  persistent_data_store: 'getPersistentDataStore',
  allowed_outbound_destination: 'getAllowedOutboundDestination',
  subscription: 'getSubscription',
} as const;
export type WatchKind = keyof typeof WATCH_GETTERS;
export const WATCH_KINDS = Object.keys(WATCH_GETTERS) as readonly WatchKind[];

/**
 * `added` for what is there at the beginning, then `synced`; `resync` before a beginning that a caller did not expect.
 * `closed` comes last and says why.
 */
export const WATCH_EVENT_TYPES = ['added', 'modified', 'deleted', 'synced', 'resync', 'closed'] as const;

const event = {
  type: words(WATCH_EVENT_TYPES),
  id: Type.Optional(
    Type.String({
      description: 'Where to go on: send it as Last-Event-ID. Events without one belong to the next that has',
    }),
  ),
  name: Type.Optional(Type.String({ description: 'Of a resource: its name, or its id where it has none' })),
  reason: Type.Optional(Type.String()),
};

export const WatchEvent = Type.Object({
  ...event,
  kind: Type.Optional(words(WATCH_KINDS)),
  resource: Type.Optional(anyResource('As the operation that gets it answers')),
});
export type WatchEvent = Static<typeof WatchEvent>;

export const ProjectWatchEvent = Type.Object({
  ...event,
  resource: Type.Optional(anyResource('As getProject answers')),
});
export type ProjectWatchEvent = Static<typeof ProjectWatchEvent>;

function anyResource(description: string) {
  return Type.Unsafe<Readonly<Record<string, unknown>>>({ type: 'object', description } as JsonSchema);
}
