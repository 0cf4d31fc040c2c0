/**
 * The API description, OpenAPI 3.1, rendered from the operation table: what is not in the table is not in the API and
 * not here. Pure. Resources keep their names: wherever a named schema appears inside another, a `$ref` stands for it.
 */
import type { JsonSchema } from './json-schema.ts';
import { ERRORS } from './errors.ts';
import { OPERATIONS, type AnswerKind, type Operation } from './operations.ts';
import * as outbound from './resources/allowed-outbound-destination.ts';
import * as applied from './resources/applied-set.ts';
import * as apiKey from './resources/api-key.ts';
import * as app from './resources/app.ts';
import * as audit from './resources/audit.ts';
import * as binding from './resources/binding.ts';
import * as build from './resources/build.ts';
import * as caller from './resources/caller.ts';
import * as buildStrategy from './resources/build-strategy.ts';
import * as configMap from './resources/config-map.ts';
import * as dataKeys from './resources/data-keys.ts';
import * as domainMapping from './resources/domain-mapping.ts';
import * as problem from './resources/error-envelope.ts';
import * as fn from './resources/function.ts';
import * as job from './resources/job.ts';
import * as member from './resources/member.ts';
import * as dataStore from './resources/persistent-data-store.ts';
import * as edges from './resources/edges.ts';
import * as metrics from './resources/metrics.ts';
import * as platform from './resources/platform.ts';
import * as project from './resources/project.ts';
import * as lists from './resources/schema.ts';
import * as secret from './resources/secret.ts';
import * as subscription from './resources/subscription.ts';
import * as shared from './resources/shared.ts';
import * as mesh from './resources/mesh.ts';
import * as traffic from './resources/traffic.ts';
import * as usage from './resources/usage.ts';
import * as watch from './resources/watch.ts';
import { PLATFORM_VERSION } from './version.ts';

type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };
type JsonObject = Readonly<Record<string, Json>>;

const MEDIA_TYPES = {
  json: 'application/json',
  ndjson: 'application/x-ndjson',
  events: 'text/event-stream',
  text: 'text/plain',
} as const;
const BODY_MEDIA_TYPES = {
  json: 'application/json',
  'merge-patch': 'application/merge-patch+json',
  binary: 'application/octet-stream',
} as const;

const STREAM_DESCRIPTIONS: Readonly<Partial<Record<AnswerKind, string>>> = {
  ndjson: 'One object per line; blank lines keep a quiet stream alive',
  events: 'Server-sent events, one object as the data of each; comments keep a quiet stream alive',
};

export function renderOpenApi(): JsonObject {
  const named = namedSchemas();
  const paths: Record<string, Record<string, Json>> = {};
  for (const [id, operation] of Object.entries(OPERATIONS) as [string, Operation][]) {
    const item = (paths[operation.path] ??= {});
    item[operation.method.toLowerCase()] = operationFor(id, operation, named);
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Slipway API',
      version: PLATFORM_VERSION,
      description: 'The Code Engine API v2 and what Slipway adds in its style.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: '/v2' }],
    security: [{ bearer: [] }],
    paths,
    components: {
      securitySchemes: { bearer: { type: 'http', scheme: 'bearer' } },
      parameters: { Version: VERSION_PARAMETER },
      responses: { Problem: problemResponse() },
      schemas: Object.fromEntries(
        [...named].map(([text, name]) => [name, withReferences(JSON.parse(text) as Json, named, name)] as const),
      ),
    },
  };
}

const VERSION_PARAMETER: JsonObject = {
  name: 'version',
  in: 'query',
  description: 'API date of the public API; accepted everywhere, without effect',
  schema: { type: 'string', format: 'date', examples: ['2026-01-31'] },
};

/** JSON text of every exported schema → its name; sorted, so that the output does not follow the source's order. */
function namedSchemas(): ReadonlyMap<string, string> {
  const named = new Map<string, string>();
  const modules = {
    ...apiKey,
    ...applied,
    ...app,
    ...audit,
    ...binding,
    ...build,
    ...caller,
    ...configMap,
    ...dataStore,
    ...domainMapping,
    ...fn,
    ...job,
    ...member,
    ...outbound,
    ...platform,
    ...project,
    ...secret,
    ...shared,
    ...subscription,
    ...usage,
    ...watch,
    ...dataKeys,
    ...edges,
    ...metrics,
    ...buildStrategy,
    ...traffic,
    ...mesh,
    ...lists,
    ...problem,
  };
  for (const [name, value] of Object.entries(modules).toSorted(([one], [other]) => (one < other ? -1 : 1))) {
    if (!isObjectSchema(value)) continue;
    const text = JSON.stringify(value);
    const other = named.get(text);
    if (other !== undefined) throw new TypeError(`Cannot name schemas: ${name} and ${other} are the same`);
    named.set(text, name);
  }
  return named;
}

function isObjectSchema(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'type' in value && value.type === 'object';
}

function withReferences(value: Json, named: ReadonlyMap<string, string>, self?: string): Json {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((item: Json) => withReferences(item, named));
  const name = named.get(JSON.stringify(value));
  if (name !== undefined && name !== self) return { $ref: `#/components/schemas/${name}` };
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, withReferences(part, named)] as const));
}

function schemaFor(schema: JsonSchema, named: ReadonlyMap<string, string>): Json {
  return withReferences(JSON.parse(JSON.stringify(schema)) as Json, named);
}

function operationFor(id: string, operation: Operation, named: ReadonlyMap<string, string>): JsonObject {
  const mediaType = MEDIA_TYPES[operation.answer ?? 'json'];
  const answerSchema = schemaFor(operation.returns, named);
  const description = STREAM_DESCRIPTIONS[operation.answer ?? 'json'] ?? operation.summary;
  const hasEntityTag = 'entity_tag' in ((operation.returns as { properties?: object }).properties ?? {});
  return {
    operationId: id,
    summary: operation.summary,
    tags: [tagFor(operation.path)],
    parameters: parametersFor(operation),
    ...(operation.body && { requestBody: requestBodyFor(operation, operation.body, named) }),
    responses: {
      [String(operation.status)]: {
        description,
        ...(hasEntityTag && { headers: { ETag: { schema: { type: 'string' } } } }),
        content: { [mediaType]: { schema: answerSchema } },
      },
      default: { $ref: '#/components/responses/Problem' },
    },
  };
}

/** The noun of a path: `/projects/{project_id}/apps/{app_name}/logs` belongs to `apps`. */
function tagFor(path: string): string {
  return path.replace('/projects/{project_id}', '').split('/')[1] ?? 'projects';
}

function requestBodyFor(operation: Operation, body: JsonSchema, named: ReadonlyMap<string, string>): JsonObject {
  const mediaType = BODY_MEDIA_TYPES[operation.bodyKind ?? 'json'];
  return { required: true, content: { [mediaType]: { schema: schemaFor(body, named) } } };
}

function parametersFor(operation: Operation): readonly Json[] {
  const parameters: Json[] = [];
  for (const [, name] of operation.path.matchAll(/\{(\w+)\}/g)) {
    parameters.push({ name: name ?? '', in: 'path', required: true, schema: { type: 'string' } });
  }
  const query = (operation.query ?? {}) as { properties?: Record<string, JsonObject>; required?: readonly string[] };
  for (const [name, schema] of Object.entries(query.properties ?? {})) {
    const required = query.required?.includes(name) ?? false;
    parameters.push({ name, in: 'query', required, schema: JSON.parse(JSON.stringify(schema)) as Json });
  }
  if (operation.answer === 'events') {
    const description = 'The id of the last event that was seen, to go on after it';
    parameters.push({ name: 'Last-Event-ID', in: 'header', required: false, description, schema: { type: 'string' } });
  }
  if (operation.ifMatch) {
    const description = 'The entity_tag that was read, or "*"';
    parameters.push({ name: 'If-Match', in: 'header', required: true, description, schema: { type: 'string' } });
  }
  parameters.push({ $ref: '#/components/parameters/Version' });
  return parameters;
}

function problemResponse(): JsonObject {
  const lines = Object.entries(ERRORS).map(([code, { status, title }]) => `- \`${code}\` (${status}): ${title}`);
  return {
    description: `The request was refused.\n\n${lines.join('\n')}`,
    content: { 'application/json': { schema: { $ref: '#/components/schemas/ErrorEnvelope' } } },
  };
}
