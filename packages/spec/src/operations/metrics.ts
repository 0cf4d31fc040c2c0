/** Operations on metrics: ours, in the style of v2, and the text that Prometheus reads. */
import { Type } from '../json-schema.ts';
import { P, Page, type Operation } from '../operation.ts';
import * as edges from '../resources/edges.ts';
import * as metrics from '../resources/metrics.ts';

export const METRICS_OPERATIONS = {
  listMetrics: {
    method: 'GET',
    path: `${P}/metrics`,
    access: 'view',
    summary: 'List how the applications of a project are doing now',
    query: Page,
    returns: metrics.MetricList,
    status: 200,
  },
  listEdges: {
    method: 'GET',
    path: `${P}/edges`,
    access: 'view',
    summary: 'List who calls which application of a project, with requests, errors and durations',
    query: Page,
    returns: edges.EdgeList,
    status: 200,
  },
  getPlatformMetrics: {
    method: 'GET',
    path: '/metrics',
    access: 'platform_view',
    summary: 'Get the metrics of the platform in the text format of Prometheus; also at /metrics',
    returns: Type.String(),
    answer: 'text',
    status: 200,
  },
} as const satisfies Record<string, Operation>;
