/** Current numbers: nothing of them is stored, and nobody is asked who does not run anyway. */
import type { RevisionMetrics } from '@slipway/engine';
import { PLATFORM_VERSION } from '@slipway/spec';
import type { OperationHandlers } from '../control.ts';
import type { ControlContext } from '../control-context.ts';
import { pageInMemory, pageOf, readPageRequest } from '../paging.ts';
import { projectFrom, requireProject } from '../projects/project-record.ts';
import { projectHref } from '../projects/project-view.ts';
import { walkStore } from '../walk-store.ts';
import {
  projectFamilies,
  projectLabels,
  revisionFamilies,
  viewRevisionMetrics,
  type ProjectCounts,
} from './app-metrics.ts';
import { edgeFamilies, edgeKeyOf, viewEdge } from './edge-metrics.ts';
import { renderPrometheus, type MetricFamily } from './prometheus-text.ts';

export function metricsOperations(
  context: ControlContext,
): Pick<OperationHandlers, 'listEdges' | 'listMetrics' | 'getPlatformMetrics'> {
  const { engine, facts, store } = context;
  return {
    listMetrics: async ({ params, query }) => {
      const project = await requireProject(store, params.project_id);
      const request = readPageRequest(query);
      const ofProject = (await engine.observeMetrics()).filter((seen) => seen.projectId === project.id);
      const { items, ...page } = pageOf(pageInMemory(ofProject, request, keyOf), {
        limit: request.limit,
        href: `${projectHref(project.id, facts)}/metrics`,
        keyOf,
        toItem: viewRevisionMetrics,
      });
      return { metrics: items, ...page };
    },
    listEdges: async ({ params, query }) => {
      const project = await requireProject(store, params.project_id);
      const request = readPageRequest(query);
      const { edges, isObserved } = await engine.observeEdges();
      const ofProject = edges.filter((seen) => seen.projectId === project.id);
      const { items, ...page } = pageOf(pageInMemory(ofProject, request, edgeKeyOf), {
        limit: request.limit,
        href: `${projectHref(project.id, facts)}/edges`,
        keyOf: edgeKeyOf,
        toItem: viewEdge,
      });
      return { edges: items, ...page, observed: isObserved };
    },
    getPlatformMetrics: async () => {
      const projects = await countProjects(context);
      const revisions = revisionFamilies(await engine.observeMetrics(), projects);
      const edges = edgeFamilies(await engine.observeEdges(), (id) => projectLabels(projects.get(id), id));
      const ofProjects = projectFamilies([...projects.values()]);
      return renderPrometheus([...platformFamilies(context), ...ofProjects, ...revisions, ...edges]);
    },
  };
}

/** Names hold no slash. */
function keyOf(seen: RevisionMetrics): string {
  return `${seen.appName}/${seen.revisionName}`;
}

async function countProjects({ store }: ControlContext): Promise<ReadonlyMap<string, ProjectCounts>> {
  const projects = new Map<string, ProjectCounts>();
  for await (const stored of walkStore(store, { kind: 'project' })) {
    const { id, spec } = projectFrom(stored);
    const apps = await store.count({ kind: 'app', projectId: id });
    const revisions = await store.count({ kind: 'app_revision', projectId: id });
    projects.set(id, { name: spec.name, subdomain: spec.subdomain, apps, revisions });
  }
  return projects;
}

function platformFamilies(context: ControlContext): readonly MetricFamily[] {
  const { buildTimes, engine, facts, life, processUsage } = context;
  const { cpuSeconds, residentBytes } = processUsage();
  const one = (name: string, help: string, value: number): MetricFamily => ({
    name,
    help,
    type: name.endsWith('_total') ? 'counter' : 'gauge',
    samples: [{ labels: {}, value }],
  });
  const labels = { platform: facts.platformName, version: PLATFORM_VERSION, engine: engine.kind };
  const builds = buildTimes.observe().filter((run) => run.endedAt === undefined).length;
  return [
    { name: 'slipway_info', help: 'The platform', type: 'gauge', samples: [{ labels, value: 1 }] },
    one('process_start_time_seconds', 'When the platform was started', Date.parse(life().started_at) / 1000),
    one('process_cpu_seconds_total', 'CPU time of the daemon', cpuSeconds),
    one('process_resident_memory_bytes', 'Memory of the daemon', residentBytes),
    one('slipway_builds_running', 'Build runs that build now', builds),
  ];
}
