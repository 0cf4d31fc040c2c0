/** What may be stated of calls to an app, beyond the schema: pure rules, each with its fix. */
import { MESH_ABORT_STATUSES, type AppMeshPrototype } from '@slipway/spec';
import { namedProblem } from '../name-rule.ts';
import type { FieldProblem } from '../refuse.ts';

/** `tags`: those that the app has now. */
export interface MeshGround {
  readonly appName: string;
  readonly tags: readonly string[];
}

export function meshProblem(body: AppMeshPrototype, ground: MeshGround): FieldProblem | undefined {
  return callersProblem(body) ?? abortProblem(body) ?? mirrorProblem(body, ground);
}

/** A caller need not exist yet: so the called app is closed from its first moment on. */
function callersProblem({ callers = [] }: AppMeshPrototype): FieldProblem | undefined {
  for (const [at, name] of callers.entries()) {
    const field = `callers[${at}]`;
    const named = namedProblem('app', name);
    if (named) return { ...named, field };
    if (callers.indexOf(name) !== at) {
      return { field, value: name, rule: 'it is named twice', fix: 'Name each app once' };
    }
  }
  return undefined;
}

function abortProblem({ abort }: AppMeshPrototype): FieldProblem | undefined {
  if (!abort || MESH_ABORT_STATUSES.some((status) => status === abort.status)) return undefined;
  const fix = `Take one of ${MESH_ABORT_STATUSES.join(', ')}`;
  return { field: 'abort.status', value: String(abort.status), rule: 'calls are not answered with it', fix };
}

function mirrorProblem({ mirror }: AppMeshPrototype, { appName, tags }: MeshGround): FieldProblem | undefined {
  if (!mirror) return undefined;
  const { app, tag } = mirror;
  if ((app === undefined) === (tag === undefined)) {
    const value = `app ${app ?? 'none'}, tag ${tag ?? 'none'}`;
    return { field: 'mirror', value, rule: 'copies go to one place', fix: 'Give either app or tag' };
  }
  if (app !== undefined) {
    const named = namedProblem('app', app);
    if (named) return { ...named, field: 'mirror.app' };
    if (app !== appName) return undefined;
    return {
      field: 'mirror.app',
      value: app,
      rule: 'it is the app itself',
      fix: 'Name another app, or a tag of this one',
    };
  }
  if (tags.some((known) => known === tag)) return undefined;
  const fix = tags.length > 0 ? `Take one of ${tags.join(', ')}` : 'Give a revision the tag first';
  return { field: 'mirror.tag', value: tag ?? '', rule: 'no revision of the app has this tag', fix };
}
