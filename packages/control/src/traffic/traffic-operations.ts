/**
 * Operations on the share of requests that each revision of an app gets: they check and write what is stated; reconcile
 * takes the requests there.
 */
import type { AppTraffic, AppTrafficPrototype } from '@slipway/spec';
import { appFrom, appKey, requireApp, type AppRecord, type AppSpec } from '../apps/app-record.ts';
import { changeSpec, requireIfMatch } from '../change-spec.ts';
import type { Call, OperationHandlers } from '../control.ts';
import type { ControlContext } from '../control-context.ts';
import { requireOpenProject, requireProject, type ProjectRecord } from '../projects/project-record.ts';
import { invalidField, notFound, refuseProblem } from '../refuse.ts';
import { listRevisions, revisionFrom, revisionKey } from '../revisions/revision-record.ts';
import { requireFreeTag } from './tag-conflicts.ts';
import { DEFAULT_TRAFFIC, type RollbackSettings, type TrafficSpec } from './traffic-record.ts';
import { trafficProblem } from './traffic-rules.ts';
import { viewTraffic } from './traffic-view.ts';

export function trafficOperations(
  context: ControlContext,
): Pick<OperationHandlers, 'getAppTraffic' | 'replaceAppTraffic'> {
  return {
    getAppTraffic: async ({ params }) => {
      const project = await requireProject(context.store, params.project_id);
      return showTraffic(context, project, await requireApp(context.store, project.id, params.name));
    },
    replaceAppTraffic: (call) => replaceAppTraffic(context, call),
  };
}

async function replaceAppTraffic(
  context: ControlContext,
  { params, body, ifMatch }: Call<'replaceAppTraffic'>,
): Promise<AppTraffic> {
  const { store } = context;
  const project = await requireOpenProject(store, params.project_id);
  const app = await requireApp(store, project.id, params.name);
  const wantedTag = requireIfMatch(ifMatch, app);
  refuseProblem(trafficProblem(body, app.name));
  await requireRevisions(context, app, body);
  // Whoever makes an app takes the same turn, so that its name and a tag cannot meet.
  return await context.turns.take(`${project.id}/revisions`, async () => {
    for (const { tag } of body.traffic) if (tag !== undefined) await requireFreeTag(store, app, tag);
    const changed = await changeSpec<AppSpec>(store, appKey(project.id, app.name), {
      ifMatch: wantedTag,
      decide: (stored) => {
        const { spec } = appFrom(stored);
        if (spec.deletedAt !== undefined) throw notFound('app', app.name);
        return { ...spec, traffic: nextTraffic(spec.traffic ?? DEFAULT_TRAFFIC, body) };
      },
    });
    if (!changed) throw notFound('app', app.name);
    context.activate({ kind: 'app', projectId: project.id, name: app.name });
    return await showTraffic(context, project, appFrom(changed));
  });
}

/** What gets requests has been ready; what only has a tag may be on its way. */
async function requireRevisions(
  context: ControlContext,
  app: AppRecord,
  { traffic }: AppTrafficPrototype,
): Promise<void> {
  for (const { percent, revision_name: name } of traffic) {
    if (name === undefined) continue;
    const stored = await context.store.get(revisionKey(app.projectId, name));
    if (stored?.owner !== app.name) throw notFound('app revision', name);
    if (percent === 0 || revisionFrom(stored).status.everReady) continue;
    const rule = 'the revision has not been ready yet';
    throw invalidField({ field: 'traffic', value: name, rule, fix: 'Wait until it is, or give it a tag and no share' });
  }
}

/** A share of nothing means nothing without a tag; what is left out of the settings stays as it is. */
function nextTraffic(before: TrafficSpec, body: AppTrafficPrototype): TrafficSpec {
  const targets = body.traffic.filter(({ percent, tag }) => percent > 0 || tag !== undefined);
  const { step } = body;
  return {
    targets: targets.map(({ percent, revision_name: revisionName, tag }) => ({
      ...(revisionName !== undefined && { revisionName }),
      percent,
      ...(tag !== undefined && { tag }),
    })),
    ...(step && { step: { percent: step.percent, intervalMs: step.interval_seconds * 1000 } }),
    rollback: nextRollback(before.rollback, body.rollback ?? {}),
    revisionsMax: body.revisions_max ?? before.revisionsMax,
    statement: before.statement + 1,
  };
}

function nextRollback(before: RollbackSettings, given: NonNullable<AppTrafficPrototype['rollback']>): RollbackSettings {
  return {
    enabled: given.enabled ?? before.enabled,
    errorMarginPercent: given.error_margin_percent ?? before.errorMarginPercent,
    requestsMin: given.requests_min ?? before.requestsMin,
    windowMs: given.window_seconds === undefined ? before.windowMs : given.window_seconds * 1000,
  };
}

async function showTraffic(context: ControlContext, project: ProjectRecord, app: AppRecord): Promise<AppTraffic> {
  const revisions = await listRevisions(context.store, app);
  const ready = new Set(revisions.filter(({ status }) => status.everReady).map(({ name }) => name));
  return viewTraffic({ project, app, ready, nowMs: context.clock.now().getTime() }, context.facts);
}
