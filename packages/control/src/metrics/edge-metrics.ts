/** Who calls whom: edges as the API shows them, and under names for Prometheus. Pure. */
import type { EdgeMetrics, EdgesObservation, TelemetryTotals } from '@slipway/engine';
import type { Edge } from '@slipway/spec';
import type { MetricFamily, MetricLabels, MetricSample } from './prometheus-text.ts';
import { quantileMs } from './quantile.ts';

export function viewEdge(seen: EdgeMetrics): Edge {
  const { buckets, durationSumMs, requestsTotal, source, targetApp } = seen;
  return {
    source_type: source.type,
    ...(source.type === 'app' && { source_app_name: source.appName }),
    ...(targetApp !== undefined && { target_app_name: targetApp }),
    requests_total: requestsTotal,
    requests_in_flight: seen.requestsInFlight,
    client_errors_total: seen.clientErrorsTotal,
    server_errors_total: seen.serverErrorsTotal,
    no_answers_total: seen.noAnswersTotal,
    canceled_total: seen.canceledTotal,
    mean_ms: rounded(requestsTotal === 0 ? 0 : durationSumMs / requestsTotal),
    p50_ms: rounded(quantileMs(seen, 0.5)),
    p95_ms: rounded(quantileMs(seen, 0.95)),
    p99_ms: rounded(quantileMs(seen, 0.99)),
    buckets: buckets.map(({ atMostMs, count }) => ({ at_most_ms: atMostMs, count })),
  };
}

/** Callers and targets in the order of their names; those from outside come first. */
export function edgeKeyOf({ source, targetApp = '' }: EdgeMetrics): string {
  const rank = { outside: '0', app: '1', unknown: '2', other: '3' }[source.type];
  return `${rank}/${source.type === 'app' ? source.appName : ''}/${targetApp}`;
}

/** Tenths are more than a proxy that counts whole milliseconds knows of one, and make sense of a mean. */
function rounded(value: number): number {
  return Math.round(value * 10) / 10;
}

export function edgeFamilies(
  { edges, isObserved, telemetry }: EdgesObservation,
  labelsOf: (projectId: string) => MetricLabels,
): readonly MetricFamily[] {
  if (!isObserved) return [];
  const rows = edges.map((edge) => ({ edge, labels: { ...labelsOf(edge.projectId), ...endsOf(edge) } }));
  return [
    {
      name: 'slipway_edge_requests_total',
      help: 'Requests between outside and applications, and between applications, by how they ended',
      type: 'counter',
      samples: rows.flatMap(({ edge, labels }) =>
        Object.entries(outcomesOf(edge)).map(([outcome, value]) => ({ labels: { ...labels, outcome }, value })),
      ),
    },
    {
      name: 'slipway_edge_requests_in_flight',
      help: 'Requests under way',
      type: 'gauge',
      samples: rows.map(({ edge, labels }) => ({ labels, value: edge.requestsInFlight })),
    },
    {
      name: 'slipway_edge_duration_seconds',
      help: 'From the first byte of a request to the last of its answer',
      type: 'histogram',
      samples: rows.flatMap(({ edge, labels }) => histogramOf(edge, labels)),
    },
    ...telemetryFamilies(telemetry),
  ];
}

function endsOf({ source, targetApp }: EdgeMetrics): MetricLabels {
  return {
    source_type: source.type,
    source: source.type === 'app' ? source.appName : '',
    target: targetApp ?? '',
  };
}

function outcomesOf(edge: EdgeMetrics): Readonly<Record<string, number>> {
  const { canceledTotal, clientErrorsTotal, noAnswersTotal, requestsTotal, serverErrorsTotal } = edge;
  return {
    answered: requestsTotal - clientErrorsTotal - serverErrorsTotal - noAnswersTotal - canceledTotal,
    client_error: clientErrorsTotal,
    server_error: serverErrorsTotal,
    no_answer: noAnswersTotal,
    canceled: canceledTotal,
  };
}

function histogramOf({ buckets, durationSumMs, requestsTotal }: EdgeMetrics, labels: MetricLabels): MetricSample[] {
  const steps = buckets.map(({ atMostMs, count }) => ({ le: String(atMostMs / 1000), count }));
  return [
    ...[...steps, { le: '+Inf', count: requestsTotal }].map(({ le, count }) => ({
      suffix: '_bucket',
      labels: { ...labels, le },
      value: count,
    })),
    { suffix: '_sum', labels, value: durationSumMs / 1000 },
    { suffix: '_count', labels, value: requestsTotal },
  ];
}

function telemetryFamilies(totals: TelemetryTotals): readonly MetricFamily[] {
  const one = (name: string, help: string, value: number): MetricFamily => ({
    name: `slipway_telemetry_${name}_total`,
    help,
    type: 'counter',
    samples: [{ labels: {}, value }],
  });
  return [
    one('spans_sent', 'Spans that the collector took', totals.spansSent),
    one(
      'spans_dropped',
      'Spans that were dropped, because the queue was full or the collector refused',
      totals.spansDropped,
    ),
    one('requests_untold', 'Requests that were not counted, because the daemon was behind', totals.requestsUntold),
    one('export_failures', 'Tries to send to the collector that failed', totals.exportFailures),
  ];
}
