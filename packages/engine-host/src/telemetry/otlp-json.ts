/**
 * Spans and edges as requests of the OpenTelemetry protocol, in its JSON mapping: ids are hexadecimal, 64-bit numbers are
 * text. Source: OTLP 1.5, opentelemetry-proto 1.5. Names of attributes are those of the semantic conventions where
 * they have one. Pure.
 */
import type { EdgeMetrics, EdgeSource } from '@slipway/engine';
import type { Span } from './span.ts';

const SCOPE = { name: 'slipway.mesh' } as const;
/** A span of the server's side, and how it ended. Source: trace.proto. */
const SPAN_KIND_SERVER = 2;
const STATUS_ERROR = 2;
const CUMULATIVE = 2;
const NANOS_PER_MS = 1_000_000n;
/** Source: semantic conventions, `http.request.method`; others are told as `_OTHER`. */
const METHODS: ReadonlySet<string> = new Set('CONNECT DELETE GET HEAD OPTIONS PATCH POST PUT QUERY TRACE'.split(' '));

interface Attribute {
  readonly key: string;
  readonly value: { readonly stringValue: string } | { readonly intValue: string } | { readonly doubleValue: number };
}

/** `ExportTraceServiceRequest`: one resource for each app. */
export function traceRequestFor(spans: readonly Span[]): object {
  const byApp = Map.groupBy(spans, ({ appName, projectId }) => `${projectId}/${appName}`);
  return {
    resourceSpans: [...byApp.values()].map((ofApp) => ({
      resource: {
        attributes: attributes({ 'service.name': ofApp[0]?.appName, 'service.namespace': ofApp[0]?.projectId }),
      },
      scopeSpans: [{ scope: SCOPE, spans: ofApp.map(renderSpan) }],
    })),
  };
}

function renderSpan(span: Span): object {
  const method = METHODS.has(span.method) ? span.method : '_OTHER';
  const isFailed = span.outcome === 'server_error' || span.outcome === 'no_answer';
  return {
    traceId: span.traceId,
    spanId: span.spanId,
    ...(span.parentSpanId !== undefined && { parentSpanId: span.parentSpanId }),
    flags: span.flags,
    name: method === '_OTHER' ? 'HTTP' : method,
    kind: SPAN_KIND_SERVER,
    startTimeUnixNano: nanos(span.startMs),
    endTimeUnixNano: nanos(span.startMs + span.durationMs),
    attributes: attributes({
      'http.request.method': method,
      'http.response.status_code': span.status === 0 ? undefined : span.status,
      'http.request.resend_count': span.retries === 0 ? undefined : span.retries,
      'http.request.size': span.requestBytes,
      'http.response.size': span.responseBytes,
      'url.path': span.path,
      'error.type': isFailed ? errorTypeOf(span) : undefined,
      'service.instance.id': span.instanceName,
      'slipway.revision': span.revisionName,
      'slipway.door': span.door,
      ...sourceAttributes(span.source),
      'slipway.held_ms': span.heldMs,
      'slipway.queue_ms': span.queueMs,
      'slipway.connect_ms': span.connectMs,
      'slipway.response_ms': span.responseMs,
    }),
    status: isFailed ? { code: STATUS_ERROR } : {},
  };
}

function errorTypeOf({ outcome, status }: Span): string {
  return outcome === 'server_error' ? String(status) : outcome;
}

function sourceAttributes(source: EdgeSource): Readonly<Record<string, string | undefined>> {
  return {
    'slipway.source.type': source.type,
    'slipway.source.app': source.type === 'app' ? source.appName : undefined,
  };
}

/** `ExportMetricsServiceRequest`: totals since `startMs`. */
export function metricsRequestFor(
  edges: readonly EdgeMetrics[],
  { nowMs, startMs }: { readonly startMs: number; readonly nowMs: number },
): object {
  const times = { startTimeUnixNano: nanos(startMs), timeUnixNano: nanos(nowMs) };
  const metrics = [
    {
      name: 'slipway.edge.requests',
      description: 'Requests between outside and apps, and between apps',
      unit: '{request}',
      sum: {
        aggregationTemporality: CUMULATIVE,
        isMonotonic: true,
        dataPoints: edges.flatMap((edge) => outcomePoints(edge, times)),
      },
    },
    {
      name: 'slipway.edge.active_requests',
      description: 'Requests under way',
      unit: '{request}',
      sum: {
        aggregationTemporality: CUMULATIVE,
        isMonotonic: false,
        dataPoints: edges.map((edge) => ({
          ...times,
          attributes: edgeAttributes(edge),
          asInt: String(edge.requestsInFlight),
        })),
      },
    },
    {
      name: 'slipway.edge.duration',
      description: 'From the first byte of a request to the last of its answer',
      unit: 's',
      histogram: {
        aggregationTemporality: CUMULATIVE,
        dataPoints: edges.map((edge) => ({ ...times, attributes: edgeAttributes(edge), ...histogramOf(edge) })),
      },
    },
  ];
  return {
    resourceMetrics: [
      {
        resource: { attributes: attributes({ 'service.name': 'slipway' }) },
        scopeMetrics: [{ scope: SCOPE, metrics }],
      },
    ],
  };
}

function outcomePoints(edge: EdgeMetrics, times: object): readonly object[] {
  const { canceledTotal, clientErrorsTotal, noAnswersTotal, requestsTotal, serverErrorsTotal } = edge;
  const answered = requestsTotal - canceledTotal - clientErrorsTotal - noAnswersTotal - serverErrorsTotal;
  const outcomes = {
    answered,
    client_error: clientErrorsTotal,
    server_error: serverErrorsTotal,
    no_answer: noAnswersTotal,
    canceled: canceledTotal,
  };
  return Object.entries(outcomes).map(([outcome, count]) => ({
    ...times,
    attributes: [...edgeAttributes(edge), ...attributes({ 'slipway.outcome': outcome })],
    asInt: String(count),
  }));
}

/** OTLP's buckets are apart, ours add up; its last one has no upper bound. */
function histogramOf({ buckets, durationSumMs, requestsTotal }: EdgeMetrics): object {
  const steps = [...buckets.map(({ count }) => count), requestsTotal];
  return {
    count: String(requestsTotal),
    sum: durationSumMs / 1000,
    explicitBounds: buckets.map(({ atMostMs }) => atMostMs / 1000),
    bucketCounts: steps.map((count, at) => String(count - (steps[at - 1] ?? 0))),
  };
}

function edgeAttributes({ projectId, source, targetApp }: EdgeMetrics): readonly Attribute[] {
  return attributes({
    'service.namespace': projectId,
    ...sourceAttributes(source),
    'slipway.target.app': targetApp,
  });
}

function attributes(values: Readonly<Record<string, string | number | undefined>>): readonly Attribute[] {
  return Object.entries(values).flatMap(([key, value]): Attribute[] => {
    if (value === undefined) return [];
    if (typeof value === 'string') return [{ key, value: { stringValue: value } }];
    return [{ key, value: Number.isInteger(value) ? { intValue: String(value) } : { doubleValue: value } }];
  });
}

function nanos(ms: number): string {
  return String(BigInt(Math.round(ms)) * NANOS_PER_MS);
}
