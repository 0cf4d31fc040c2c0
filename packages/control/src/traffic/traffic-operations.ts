/**
 * The share of requests that each revision gets. All go to the latest ready revision, and that can be asked for; another
 * share is refused instead of kept without effect.
 */
import { Refusal, type AppTraffic, type AppTrafficPrototype } from '@slipway/spec';
import { requireApp, type AppRecord } from '../apps/app-record.ts';
import { appHref } from '../apps/app-view.ts';
import { requireIfMatch } from '../change-spec.ts';
import type { Call, OperationHandlers, PlatformFacts } from '../control.ts';
import type { ControlContext } from '../control-context.ts';
import { requireOpenProject, requireProject } from '../projects/project-record.ts';
import { refuseProblem, type FieldProblem } from '../refuse.ts';

export function trafficOperations(
  context: ControlContext,
): Pick<OperationHandlers, 'getAppTraffic' | 'replaceAppTraffic'> {
  const { facts, store } = context;
  return {
    getAppTraffic: async ({ params }) => {
      const project = await requireProject(store, params.project_id);
      return viewTraffic(await requireApp(store, project.id, params.name), facts);
    },
    replaceAppTraffic: (call) => replaceAppTraffic(context, call),
  };
}

async function replaceAppTraffic(
  { facts, store }: ControlContext,
  { params, body, ifMatch }: Call<'replaceAppTraffic'>,
): Promise<AppTraffic> {
  const project = await requireOpenProject(store, params.project_id);
  const app = await requireApp(store, project.id, params.name);
  const tag = requireIfMatch(ifMatch, app);
  if (tag !== '*' && tag !== app.entityTag) throw new Refusal('entity_tag_mismatch', { kind: 'app', name: app.name });
  refuseProblem(trafficProblem(body));
  return viewTraffic(app, facts);
}

/** Pure. */
export function trafficProblem({ traffic }: AppTrafficPrototype): FieldProblem | undefined {
  const value = traffic.map(({ revision_name: name = 'latest', percent }) => `${name}: ${percent}`).join(', ');
  const sum = traffic.reduce((total, { percent }) => total + percent, 0);
  if (sum !== 100) return { field: 'traffic', value, rule: `the shares make ${sum}`, fix: 'Let them make 100' };
  const isLatestOnly = traffic.every(({ latest, percent }) => percent === 0 || latest === true);
  if (isLatestOnly) return undefined;
  const rule = 'choosing revisions is not available yet: the latest ready one gets all requests';
  return { field: 'traffic', value, rule, fix: 'Write one share with latest = true and percent = 100' };
}

function viewTraffic(app: AppRecord, facts: PlatformFacts): AppTraffic {
  const { latestReadyRevision: name } = app.status;
  return {
    app_name: app.name,
    project_id: app.projectId,
    href: `${appHref(app.projectId, app.name, facts)}/traffic`,
    entity_tag: app.entityTag,
    resource_type: 'app_traffic_v2',
    traffic: [{ ...(name !== undefined && { revision_name: name }), latest: true, percent: 100 }],
  };
}
