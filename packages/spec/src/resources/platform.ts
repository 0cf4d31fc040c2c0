/**
 * What v2 lacks and this slice needs, in its style: uploaded sources, log lines, events, and the platform itself.
 * Streams are NDJSON: one object per line.
 */
import { Type, type Static } from '../json-schema.ts';
import { listOf, Timestamp, words } from './schema.ts';

/** An uploaded folder. `id` is the SHA-256 of the archive, so the same folder is uploaded once. */
export const Source = Type.Object({
  id: Type.String({ description: 'SHA-256 of the archive, hex' }),
  project_id: Type.String(),
  href: Type.String(),
  created_at: Timestamp,
  size_bytes: Type.Integer(),
  /** What a build run names as its `source_url`. */
  source_url: Type.String({ examples: ['source://4f5e…'] }),
  resource_type: words(['source_v2']),
});
export type Source = Static<typeof Source>;

export const LogLine = Type.Object({
  at: Timestamp,
  instance: Type.String(),
  stream: words(['stdout', 'stderr']),
  text: Type.String(),
});
export type LogLine = Static<typeof LogLine>;

/** A line of a build run's log, or a step that begins or ends. */
export const BuildLogLine = Type.Object({
  at: Timestamp,
  stream: words(['stdout', 'stderr']),
  text: Type.String(),
  step: Type.Optional(
    Type.Object({
      name: Type.String(),
      state: words(['running', 'succeeded', 'failed']),
      duration_ms: Type.Optional(Type.Integer()),
      detail: Type.Optional(Type.String()),
    }),
  ),
});
export type BuildLogLine = Static<typeof BuildLogLine>;

export const EVENT_KINDS = ['app', 'build_run', 'domain_mapping'] as const;
export type EventKind = (typeof EVENT_KINDS)[number];
/** Events of a revision are those of its app that name it. */
export const EVENT_FILTER_KINDS = ['app', 'app_revision', 'build_run', 'domain_mapping'] as const;

export const Event = Type.Object({
  id: Type.String(),
  at: Timestamp,
  severity: words(['normal', 'warning']),
  reason: Type.String(),
  message: Type.String(),
  /** What it is about. */
  kind: words(EVENT_KINDS),
  app_name: Type.Optional(Type.String()),
  build_run_name: Type.Optional(Type.String()),
  domain_mapping_name: Type.Optional(Type.String()),
  revision_name: Type.Optional(Type.String()),
  instance_name: Type.Optional(Type.String()),
});
export type Event = Static<typeof Event>;
export const EventList = listOf('events', Event);
export type EventList = Static<typeof EventList>;

export const Platform = Type.Object({
  name: Type.String(),
  version: Type.String(),
  engine: Type.String(),
  status: words(['starting', 'ready', 'stopping']),
  started_at: Timestamp,
  domain: Type.String(),
  /** Host and port of the bundled registry. */
  registry: Type.String(),
});
export type Platform = Static<typeof Platform>;

export const EmptyObject = Type.Object({});
export type EmptyObject = Static<typeof EmptyObject>;
