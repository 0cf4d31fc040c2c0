/** Operations of ours, in the style of v2: the platform itself, uploaded sources, log lines, events. */
import { Type } from '../json-schema.ts';
import { P, Page, type Operation } from '../operation.ts';
import * as platform from '../resources/platform.ts';

const LogQuery = Type.Object({
  follow: Type.Optional(Type.Boolean({ default: false })),
  tail: Type.Optional(Type.Integer({ minimum: 0, maximum: 100_000 })),
  since: Type.Optional(Type.String({ description: 'ISO 8601 time, or a span like 30s, 15m, 24h' })),
  instance: Type.Optional(Type.String({ maxLength: 128 })),
  revision: Type.Optional(Type.String({ maxLength: 63 })),
});

export const PLATFORM_OPERATIONS = {
  getPlatform: {
    method: 'GET',
    path: '/platform',
    access: 'signed_in',
    summary: 'Get the platform: name, version, engine, state',
    returns: platform.Platform,
    status: 200,
  },
  createSource: {
    method: 'POST',
    path: `${P}/sources`,
    access: 'change',
    summary: 'Upload a packed folder (tar, optionally gzip); the same archive is stored once',
    query: Type.Object({
      sha256: Type.String({ pattern: '^[0-9a-f]{64}$', description: 'The SHA-256 of the archive in lower-case hex' }),
    }),
    body: Type.Unsafe<Uint8Array>(Type.String({ format: 'binary' })),
    bodyKind: 'binary',
    returns: platform.Source,
    status: 201,
  },
  getSource: {
    method: 'GET',
    path: `${P}/sources/{id}`,
    access: 'view',
    summary: 'Get an uploaded source, to learn whether it must be uploaded',
    returns: platform.Source,
    status: 200,
  },
  listAppLogs: {
    method: 'GET',
    path: `${P}/apps/{app_name}/logs`,
    access: 'view',
    summary: 'Read the log lines of an application, of gone instances too',
    query: LogQuery,
    returns: platform.LogLine,
    answer: 'ndjson',
    status: 200,
  },
  listAppEvents: {
    method: 'GET',
    path: `${P}/apps/{app_name}/events`,
    access: 'view',
    summary: 'List the events of an application, oldest first',
    query: Page,
    returns: platform.EventList,
    status: 200,
  },
  listBuildRunLogs: {
    method: 'GET',
    path: `${P}/build_runs/{name}/logs`,
    access: 'view',
    summary: 'Read the log lines and steps of a build run',
    query: Type.Object({
      follow: Type.Optional(Type.Boolean({ default: false })),
      tail: Type.Optional(Type.Integer({ minimum: 0, maximum: 100_000 })),
    }),
    returns: platform.BuildLogLine,
    answer: 'ndjson',
    status: 200,
  },
} as const satisfies Record<string, Operation>;
