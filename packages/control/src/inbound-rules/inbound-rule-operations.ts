/** Operations on the inbound rules of a project: they are kept with it, and its apps take them from there. */
import { isDeepStrictEqual } from 'node:util';
import type { InboundRules } from '@slipway/spec';
import { changeSpec } from '../change-spec.ts';
import type { Call, OperationHandlers } from '../control.ts';
import type { ControlContext } from '../control-context.ts';
import {
  projectFrom,
  projectKey,
  requireOpenProject,
  requireProject,
  type ProjectRecord,
  type ProjectSpec,
} from '../projects/project-record.ts';
import { notFound, refuseProblem } from '../refuse.ts';
import { walkStore } from '../walk-store.ts';
import { inboundProblem } from './inbound-rule-rules.ts';

type InboundRuleOperations = 'getInboundRules' | 'replaceInboundRules';

export function inboundRuleOperations(context: ControlContext): Pick<OperationHandlers, InboundRuleOperations> {
  return {
    getInboundRules: async ({ params }) => viewRules(await requireProject(context.store, params.project_id)),
    replaceInboundRules: (call) => replaceRules(context, call),
  };
}

async function replaceRules(
  { activate, store }: ControlContext,
  { params, body }: Call<'replaceInboundRules'>,
): Promise<InboundRules> {
  const { id: projectId } = await requireOpenProject(store, params.project_id);
  refuseProblem(inboundProblem(body.rules));
  const changed = await changeSpec<ProjectSpec>(store, projectKey(projectId), {
    ifMatch: '*',
    decide: (stored) => {
      const { spec } = projectFrom(stored);
      return isDeepStrictEqual(spec.inboundRules ?? [], body.rules) ? undefined : { ...spec, inboundRules: body.rules };
    },
  });
  if (!changed) throw notFound('project', projectId);
  for await (const app of walkStore(store, { kind: 'app', projectId })) {
    activate({ kind: 'app', projectId, name: app.name });
  }
  return viewRules(projectFrom(changed));
}

function viewRules({ id, spec }: ProjectRecord): InboundRules {
  return { project_id: id, rules: [...(spec.inboundRules ?? [])] };
}
