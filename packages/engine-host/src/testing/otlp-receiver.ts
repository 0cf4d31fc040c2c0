/** A collector for tests: takes OTLP over HTTP in JSON, refuses what is none, and keeps the spans. Can be told to misbehave. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { TestContext } from 'node:test';

export interface ReceivedSpan {
  readonly service: string;
  readonly namespace: string;
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId: string | undefined;
  readonly name: string;
  readonly startMs: number;
  readonly endMs: number;
  readonly isError: boolean;
  readonly attributes: Readonly<Record<string, string | number>>;
}

export interface OtlpReceiver {
  readonly endpoint: string;
  readonly spans: readonly ReceivedSpan[];
  readonly metrics: readonly string[];
  /** Why a request was none of the protocol. */
  readonly faults: readonly string[];
  /** Headers of the last request. */
  readonly headers: () => IncomingMessage['headers'];
  /** From now on every request is answered so, and nothing of it is kept; undefined: as a collector does. */
  misbehave(how: ((response: ServerResponse) => void) | undefined): void;
}

export async function openOtlpReceiver(t: TestContext): Promise<OtlpReceiver> {
  const spans: ReceivedSpan[] = [];
  const metrics: string[] = [];
  const faults: string[] = [];
  let headers: IncomingMessage['headers'] = {};
  let misbehaves: ((response: ServerResponse) => void) | undefined;
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      headers = request.headers;
      if (misbehaves) {
        misbehaves(response);
        return;
      }
      try {
        const body: unknown = JSON.parse(Buffer.concat(chunks).toString('utf8'));
        if (request.headers['content-type'] !== 'application/json') throw new TypeError('no JSON');
        if (request.url === '/v1/traces') spans.push(...readSpans(body));
        else if (request.url === '/v1/metrics') metrics.push(...readMetrics(body));
        else throw new TypeError(`no path of the protocol: ${request.url}`);
        response.setHeader('content-type', 'application/json');
        response.end('{}');
      } catch (error) {
        faults.push(String(error));
        response.writeHead(400).end();
      }
    });
  });
  const { promise, resolve } = Promise.withResolvers<void>();
  server.listen(0, '127.0.0.1', resolve);
  await promise;
  t.after(() => {
    server.close();
    server.closeAllConnections();
  });
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  return {
    endpoint: `http://127.0.0.1:${port}`,
    spans,
    metrics,
    faults,
    headers: () => headers,
    misbehave: (how) => {
      misbehaves = how;
    },
  };
}

function readSpans(body: unknown): readonly ReceivedSpan[] {
  return list(body, 'resourceSpans').flatMap((one) => {
    const resource = attributesOf(field(one, 'resource'));
    const spans = list(one, 'scopeSpans').flatMap((scoped) => list(scoped, 'spans'));
    return spans.map((span) => readSpan(span, resource));
  });
}

function readSpan(span: unknown, resource: Readonly<Record<string, string | number>>): ReceivedSpan {
  const parent = field(span, 'parentSpanId');
  return {
    service: String(resource['service.name']),
    namespace: String(resource['service.namespace']),
    traceId: matched(field(span, 'traceId'), /^(?!0+$)[0-9a-f]{32}$/),
    spanId: matched(field(span, 'spanId'), /^(?!0+$)[0-9a-f]{16}$/),
    parentSpanId: parent === undefined ? undefined : matched(parent, /^(?!0+$)[0-9a-f]{16}$/),
    name: matched(field(span, 'name'), /./),
    startMs: Number(matched(field(span, 'startTimeUnixNano'), /^\d{19}$/)) / 1e6,
    endMs: Number(matched(field(span, 'endTimeUnixNano'), /^\d{19}$/)) / 1e6,
    isError: field(field(span, 'status'), 'code') === 2,
    attributes: attributesOf(span),
  };
}

function readMetrics(body: unknown): readonly string[] {
  const scopes = list(body, 'resourceMetrics').flatMap((one) => list(one, 'scopeMetrics'));
  return scopes.flatMap((scope) => list(scope, 'metrics')).map((metric) => matched(field(metric, 'name'), /./));
}

function attributesOf(holder: unknown): Readonly<Record<string, string | number>> {
  const pairs = list(holder, 'attributes').map((attribute): [string, string | number] => {
    const value = field(attribute, 'value');
    const [text, whole, real] = ['stringValue', 'intValue', 'doubleValue'].map((name) => field(value, name));
    const known = typeof text === 'string' ? text : Number(whole === undefined ? real : matched(whole, /^-?\d+$/));
    return [matched(field(attribute, 'key'), /./), known];
  });
  return Object.fromEntries(pairs);
}

function field(holder: unknown, name: string): unknown {
  if (typeof holder !== 'object' || holder === null) throw new TypeError(`"${name}" is asked of no object`);
  return (holder as Readonly<Record<string, unknown>>)[name];
}

function list(holder: unknown, name: string): readonly unknown[] {
  const value = field(holder, name);
  if (!Array.isArray(value)) throw new TypeError(`"${name}" is no list`);
  return value as readonly unknown[];
}

function matched(value: unknown, pattern: RegExp): string {
  if (typeof value === 'string' && pattern.test(value)) return value;
  throw new TypeError(`${JSON.stringify(value)} does not match ${pattern}`);
}
