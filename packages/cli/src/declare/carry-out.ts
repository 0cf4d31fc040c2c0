/**
 * Carries a plan out, kind by kind: what may be referred to comes first. Within a kind everything is tried; when something
 * failed, the kinds after it are not begun and nothing is pruned. Ctrl-C lets a change that is under way end, and begins no
 * further one. What was done is remembered whatever happens.
 */
import type { AppliedResource } from '@slipway/spec';
import { waitApp } from '../app/wait-app.ts';
import { buildFolder } from '../deploy/build-folder.ts';
import { unchangedOr } from '../deploy/unchanged-image.ts';
import type { ProjectScope } from '../project-scope.ts';
import { labelOf } from './declared-resource.ts';
import { LIVE_KINDS } from './live-resources.ts';
import type { Change, ChangePlan } from './plan-changes.ts';

type Fields = Readonly<Record<string, unknown>>;

/** `interrupted`: its image is being built, and it is as it was. */
export const RESULT_STATES = [
  'created',
  'updated',
  'replaced',
  'deleted',
  'unchanged',
  'failed',
  'interrupted',
  'not begun',
] as const;
export type ResultState = (typeof RESULT_STATES)[number];

export interface Result {
  readonly change: Change;
  readonly state: ResultState;
  readonly error?: unknown;
  /** It is there as declared, even when it then failed to start. */
  readonly isMade?: boolean;
  /** Ctrl-C came before it was ready. */
  readonly isUnwaited?: boolean;
  readonly image?: string;
  /** Of an interrupted one: what goes on. */
  readonly buildRun?: string;
}

const DONE = {
  create: 'created',
  update: 'updated',
  replace: 'replaced',
  delete: 'deleted',
  unchanged: 'unchanged',
} as const satisfies Record<Change['action'], ResultState>;

export interface CarryOut {
  /** None: apps are not waited for. */
  readonly waitSeconds: number;
  readonly onResult: (result: Result) => void;
}

export async function carryOut(scope: ProjectScope, plan: ChangePlan, options: CarryOut): Promise<readonly Result[]> {
  const results: Result[] = [];
  let failedKind: string | undefined;
  try {
    for (const change of plan.changes) {
      const isHeldBack = failedKind !== undefined && (failedKind !== change.kind || change.action === 'delete');
      const isBegun = !isHeldBack && !scope.signal.aborted;
      const result: Result = isBegun ? await carry(scope, change, options) : { change, state: 'not begun' };
      results.push(result);
      options.onResult(result);
      if (result.state === 'failed') failedKind ??= change.kind;
    }
  } finally {
    await remember(scope, plan, results);
  }
  return results;
}

async function carry(scope: ProjectScope, change: Change, { waitSeconds }: CarryOut): Promise<Result> {
  let made: Pick<Result, 'isMade' | 'image'> = {};
  let buildRun: string | undefined;
  try {
    const image = await perform(scope, change, (name) => (buildRun = name));
    made = { isMade: true, ...(image !== undefined && { image }) };
    await finish(scope, change);
    const isWaitedFor = change.action !== 'unchanged' || change.live?.fields['status'] !== 'ready';
    if (change.kind === 'app' && change.action !== 'delete' && isWaitedFor && waitSeconds > 0)
      await waitApp(scope, { name: change.name, timeoutSeconds: waitSeconds });
    return { change, state: DONE[change.action], ...made };
  } catch (error) {
    if (!scope.signal.aborted || !isAbort(error)) return { change, state: 'failed', error, ...made };
    if (made.isMade === true) return { change, state: DONE[change.action], isUnwaited: true, ...made };
    return buildRun === undefined ? { change, state: 'not begun' } : { change, state: 'interrupted', buildRun };
  }
}

function isAbort(error: unknown): boolean {
  return error instanceof Error && error.name === 'AbortError';
}

type OnBuild = (buildRun: string) => void;

/** Gives the image that was built, or is there from before. */
async function perform(scope: ProjectScope, change: Change, onBuild: OnBuild): Promise<string | undefined> {
  const { action, kind, name, declared, live } = change;
  const { create, remove, update } = LIVE_KINDS[kind];
  if (action === 'delete') {
    if (live) await remove(scope, live);
    return undefined;
  }
  if (action === 'unchanged' || !declared) return change.image;
  const image = await imageFor(scope, change, onBuild);
  const fields: Fields = { ...declared.fields, ...(image !== undefined && { image_reference: image }) };
  if (action === 'update' && live && update) {
    await update(scope, live, { ...fields, ...Object.fromEntries(change.dropped.map((field) => [field, null])) });
    return image;
  }
  if (live) await remove(scope, live);
  await create(scope, name, fields);
  return image;
}

async function finish(scope: ProjectScope, { action, declared, kind, name }: Change): Promise<void> {
  const isNew = action === 'create' || action === 'replace';
  if (isNew && declared) await LIVE_KINDS[kind].finish?.(scope, name, declared.fields);
}

async function imageFor(
  scope: ProjectScope,
  { declared, image, live, name }: Change,
  onBuild: OnBuild,
): Promise<string | undefined> {
  if (!declared?.build) return undefined;
  if (image !== undefined) return image;
  const { shown: _shown, ...build } = declared.build;
  const { reference } = await buildFolder(scope, { ...build, appName: name, onRun: onBuild });
  const current = live?.fields['image_reference'];
  return typeof current === 'string' ? unchangedOr(current, reference) : reference;
}

/** What is declared and done is remembered as it is now; of what failed, was not begun or stays, what was known before. */
async function remember(scope: ProjectScope, plan: ChangePlan, results: readonly Result[]): Promise<void> {
  const before = new Map(plan.remembered.map((one) => [labelOf(one), one]));
  const after = new Map(plan.orphans.map((one) => [labelOf(one), one]));
  for (const change of plan.changes) {
    const result = results.find((one) => one.change === change);
    const record = result?.isMade === true ? recordOf(result) : before.get(labelOf(change));
    if (record) after.set(labelOf(change), record);
  }
  const resources = [...after.values()];
  if (JSON.stringify(resources) === JSON.stringify(plan.remembered)) return;
  const params = { project_id: scope.project.id, name: plan.set };
  // Also after Ctrl-C: what was made must be known as made by us. The client bounds how long this may take.
  if (resources.length > 0) await scope.client.replaceAppliedSet({ params, body: { resources } });
  else if (plan.remembered.length > 0) await scope.client.deleteAppliedSet({ params });
}

function recordOf({ change, image }: Result): AppliedResource | undefined {
  const { action, kind, name, declared, isAdopted, source } = change;
  if (action === 'delete' || !declared) return undefined;
  const fields = [...Object.keys(declared.fields), ...(declared.build ? ['image_reference'] : [])];
  return {
    kind,
    name,
    fields,
    ...(isAdopted && { adopted: true }),
    ...(source !== undefined && { source }),
    ...(image !== undefined && { image }),
  };
}
