/** The numbers of revisions under the names of Code Engine's gauges. Pure. */
import { totalMs, type RevisionMetrics, type StartStatistics } from '@slipway/engine';
import type { RevisionMetric } from '@slipway/spec';
import type { MetricFamily, MetricLabels } from './prometheus-text.ts';
import { startFamilies } from './start-families.ts';

export function viewRevisionMetrics(seen: RevisionMetrics): RevisionMetric {
  return {
    app_name: seen.appName,
    revision_name: seen.revisionName,
    actual_instances: seen.instancesReady,
    requested_instances: seen.instancesRequested,
    desired_instances: seen.instancesDesired,
    pending_instances: seen.instancesPending,
    not_ready_instances: seen.instancesNotReady,
    terminating_instances: seen.instancesTerminating,
    requests_total: seen.requestsTotal,
    requests_in_flight: seen.requestsInFlight,
    requests_queued: seen.requestsQueued,
    target_concurrency_per_pod: rounded(seen.concurrencyTarget),
    stable_request_concurrency: rounded(seen.concurrencyStable),
    panic_request_concurrency: rounded(seen.concurrencyPanic),
    panic_mode: seen.isPanicking ? 1 : 0,
    frozen_instances: seen.instancesFrozen,
    waiting_sandboxes: seen.sandboxesWaiting,
    starts: seen.starts.map(viewStarts),
  };
}

function viewStarts(starts: StartStatistics): RevisionMetric['starts'][number] {
  const { count, phasesMs, tier } = starts;
  const mean = (sumMs: number) => rounded(sumMs / count);
  return {
    tier,
    count,
    mean_ms: mean(totalMs(starts)),
    queue_mean_ms: mean(phasesMs.queue),
    image_mean_ms: mean(phasesMs.image),
    sandbox_mean_ms: mean(phasesMs.sandbox),
    process_mean_ms: mean(phasesMs.process),
    ready_mean_ms: mean(phasesMs.ready),
    route_mean_ms: mean(phasesMs.route),
  };
}

/** Averages have no more digits than mean something. */
function rounded(value: number): number {
  return Math.round(value * 1000) / 1000;
}

const PREFIX = 'ibm_codeengine_application_';

/** `ours`: the public platform has no such gauge, so its prefix is not taken. */
const REVISION_GAUGES: readonly {
  readonly key: Exclude<keyof RevisionMetric, 'app_name' | 'revision_name' | 'starts'>;
  readonly help: string;
  readonly ours?: true;
}[] = [
  { key: 'actual_instances', help: 'Instances that take requests' },
  { key: 'requested_instances', help: 'Instances that were asked for and are not leaving' },
  { key: 'desired_instances', help: 'Instances that should be there' },
  { key: 'pending_instances', help: 'Instances that are not started yet' },
  { key: 'not_ready_instances', help: 'Instances that are started and do not take requests yet' },
  { key: 'terminating_instances', help: 'Instances that are leaving' },
  { key: 'requests_total', help: 'Requests since the platform was started last' },
  { key: 'requests_in_flight', help: 'Requests at instances', ours: true },
  { key: 'requests_queued', help: 'Requests that wait for an instance', ours: true },
  { key: 'target_concurrency_per_pod', help: 'Requests per instance that the scaler aims at' },
  { key: 'stable_request_concurrency', help: 'Mean requests over the stable window' },
  { key: 'panic_request_concurrency', help: 'Mean requests over the panic window' },
  { key: 'panic_mode', help: '1 while a burst decides, else 0' },
  { key: 'frozen_instances', help: 'Instances that stand by frozen', ours: true },
  { key: 'waiting_sandboxes', help: 'Sandboxes that wait created for a start', ours: true },
];

export interface ProjectLabels {
  readonly name: string;
  readonly subdomain: string;
}

export interface ProjectCounts extends ProjectLabels {
  readonly apps: number;
  readonly revisions: number;
}

export function revisionFamilies(
  metrics: readonly RevisionMetrics[],
  projects: ReadonlyMap<string, ProjectLabels>,
): readonly MetricFamily[] {
  const rows = metrics.map((seen) => ({
    seen,
    view: viewRevisionMetrics(seen),
    labels: {
      ...projectLabels(projects.get(seen.projectId), seen.projectId),
      ibm_codeengine_application_name: seen.appName,
      ibm_codeengine_revision_name: seen.revisionName,
    },
  }));
  const gauges = REVISION_GAUGES.map(({ key, help, ours }): MetricFamily => ({
    name: `${ours ? 'slipway_application_' : PREFIX}${key}`,
    help,
    type: key === 'requests_total' ? 'counter' : 'gauge',
    samples: rows.map(({ labels, view }) => ({ labels, value: view[key] })),
  }));
  return [...gauges, ...startFamilies(rows.map(({ labels, seen }) => ({ labels, starts: seen.starts })))];
}

export function projectFamilies(projects: readonly ProjectCounts[]): readonly MetricFamily[] {
  const family = (key: string, help: string, valueOf: (project: ProjectCounts) => number): MetricFamily => ({
    name: PREFIX + key,
    help,
    type: 'gauge',
    samples: projects.map((project) => ({ labels: labelsOf(project), value: valueOf(project) })),
  });
  return [
    family('service_count', 'Applications of a project', (project) => project.apps),
    family('route_count', 'Applications of a project that have an address', (project) => project.apps),
    family('revision_count', 'Revisions of all applications of a project', (project) => project.revisions),
  ];
}

/** A project that is gone is told by its id. */
export function projectLabels(project: ProjectLabels | undefined, projectId: string): MetricLabels {
  return labelsOf(project ?? { name: '', subdomain: projectId });
}

function labelsOf({ name, subdomain }: ProjectLabels): MetricLabels {
  return { ibm_codeengine_namespace: subdomain, ibm_codeengine_project_name: name };
}
