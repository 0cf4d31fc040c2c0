/** Who calls whom, as text. Pure. */
import type { Edge } from '@slipway/spec';
import { renderTable } from '../output/text-table.ts';

const HEADINGS = [
  'From',
  'To',
  'Requests',
  'In flight',
  '4xx',
  '5xx',
  'No answer',
  'Canceled',
  'p50 ms',
  'p95 ms',
  'p99 ms',
] as const;

export function renderEdges(edges: readonly Edge[]): string {
  const rows = edges.map((edge) => [
    sourceOf(edge),
    edge.target_app_name ?? '-',
    ...[edge.requests_total, edge.requests_in_flight, edge.client_errors_total, edge.server_errors_total].map(String),
    ...[edge.no_answers_total, edge.canceled_total].map(String),
    ...[edge.p50_ms, edge.p95_ms, edge.p99_ms].map((ms) => ms.toFixed(1)),
  ]);
  return renderTable(HEADINGS, rows);
}

/** In brackets what is no application: one may be called "outside". */
function sourceOf({ source_app_name, source_type }: Edge): string {
  return source_app_name ?? `(${source_type})`;
}
