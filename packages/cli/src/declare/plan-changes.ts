/** What has to happen so that what is there is what is declared. Looks, and changes nothing. */
import { createHash } from 'node:crypto';
import type { AppliedResource, AppliedSet, DeclaredKind } from '@slipway/spec';
import { packFolder } from '../deploy/pack-folder.ts';
import { scanFolder } from '../deploy/scan-folder.ts';
import { listAll } from '../list-all.ts';
import type { ProjectScope } from '../project-scope.ts';
import { compareFields, type FieldChange } from './compare-fields.ts';
import { labelOf, type DeclaredBuild, type DeclaredResource } from './declared-resource.ts';
import { LIVE_KINDS, type LiveResource } from './live-resources.ts';
import { DEFAULT_SET, rankOf, type Declaration } from './load-declaration.ts';

export const CHANGE_ACTIONS = ['create', 'update', 'replace', 'delete', 'unchanged'] as const;
export type ChangeAction = (typeof CHANGE_ACTIONS)[number];

export interface Change {
  readonly action: ChangeAction;
  readonly kind: DeclaredKind;
  readonly name: string;
  readonly fields: readonly FieldChange[];
  readonly declared?: DeclaredResource;
  readonly live?: LiveResource;
  /** Declared before and no longer: these go back to their default. */
  readonly dropped: readonly string[];
  /** Of the folder to build and how. */
  readonly source?: string;
  /** The image is that of the same folder, built before. */
  readonly image?: string;
  readonly isAdopted: boolean;
}

export interface ChangePlan {
  readonly set: string;
  /** In the order in which they are carried out. */
  readonly changes: readonly Change[];
  /** Made by this set, no longer declared, and left alone because nobody asked to prune. */
  readonly orphans: readonly AppliedResource[];
  /** What the set remembers. */
  readonly remembered: readonly AppliedResource[];
}

export async function planChanges(
  scope: ProjectScope,
  declaration: Declaration,
  { prune, areValuesHidden = false }: { readonly prune: boolean; readonly areValuesHidden?: boolean },
): Promise<ChangePlan> {
  const sets = await readSets(scope);
  const remembered = sets.find(({ name }) => name === declaration.set)?.resources ?? [];
  const others = sets.filter(({ name }) => name !== declaration.set).flatMap(({ resources }) => resources);
  const declared = new Set(declaration.resources.map(labelOf));
  const gone = remembered.filter((one) => !declared.has(labelOf(one)));
  const live = await readLive(scope, [...declaration.resources, ...gone]);
  const changes: Change[] = [];
  for (const resource of declaration.resources) {
    const record = remembered.find((one) => labelOf(one) === labelOf(resource));
    const source = resource.build && (await sourceOf(resource.build, scope.signal));
    changes.push(planChange(resource, { record, source, live: live.get(labelOf(resource)), areValuesHidden }));
  }
  const claimed = new Set(others.map(labelOf));
  const orphans = gone.filter((one) => !one.adopted && !claimed.has(labelOf(one)) && live.has(labelOf(one)));
  if (prune)
    changes.push(...orphans.toSorted((one, other) => rankOf(other) - rankOf(one)).map((one) => deletionOf(one, live)));
  return { set: declaration.set, changes, orphans: prune ? [] : orphans, remembered };
}

interface Circumstances {
  readonly record: AppliedResource | undefined;
  readonly source: string | undefined;
  readonly live: LiveResource | undefined;
  readonly areValuesHidden: boolean;
}

/** Pure. */
export function planChange(declared: DeclaredResource, circumstances: Circumstances): Change {
  const { record, source, live, areValuesHidden } = circumstances;
  const { kind, name, build } = declared;
  const known = { kind, name, declared, ...(source !== undefined && { source }) };
  if (!live) {
    const fields = Object.entries(declared.fields).flatMap(([field, after]) =>
      compareFields(kind, { declared: { [field]: after }, live: {}, areValuesHidden }),
    );
    return {
      ...known,
      action: 'create',
      fields: [...buildChange(build, undefined), ...fields],
      dropped: [],
      isAdopted: false,
    };
  }
  const isBuilt = source !== undefined && record?.source === source && record.image === live.fields['image_reference'];
  const dropped = droppedFields(declared, record, live);
  const fields = [
    ...(isBuilt ? [] : buildChange(build, live)),
    ...compareFields(kind, { declared: declared.fields, live: live.fields, areValuesHidden }),
    ...dropped.map((field): FieldChange => ({
      field,
      before: live.fields[field],
      after: undefined,
      note: 'its default',
    })),
  ];
  return {
    ...known,
    action: fields.length === 0 ? 'unchanged' : actionFor(kind, fields),
    fields,
    live,
    dropped,
    ...(isBuilt && record?.image !== undefined && { image: record.image }),
    // Before there was a record, somebody else had made it.
    isAdopted: record ? record.adopted === true : true,
  };
}

function actionFor(kind: DeclaredKind, fields: readonly FieldChange[]): ChangeAction {
  const { fixed = [], update } = LIVE_KINDS[kind];
  return update && !fields.some(({ field }) => fixed.includes(field)) ? 'update' : 'replace';
}

function droppedFields(
  { kind, fields, build }: DeclaredResource,
  record: AppliedResource | undefined,
  live: LiveResource,
): readonly string[] {
  if (kind === 'config_map' || kind === 'secret') return [];
  return (record?.fields ?? []).filter((field) => {
    const isStill = field in fields || (field === 'image_reference' && build !== undefined);
    return !isStill && live.fields[field] !== undefined;
  });
}

function buildChange(build: DeclaredBuild | undefined, live: LiveResource | undefined): readonly FieldChange[] {
  if (!build) return [];
  const before = live?.fields['image_reference'];
  return [{ field: 'image_reference', before, after: undefined, note: `built from ${build.shown}` }];
}

function deletionOf(record: AppliedResource, live: ReadonlyMap<string, LiveResource>): Change {
  const { kind, name } = record;
  const found = live.get(labelOf(record));
  return { action: 'delete', kind, name, fields: [], dropped: [], isAdopted: false, ...(found && { live: found }) };
}

async function readSets({ client, project, signal }: ProjectScope): Promise<readonly AppliedSet[]> {
  return listAll(
    (query) => client.listAppliedSets({ params: { project_id: project.id }, query, signal }),
    (page) => page.applied_sets,
  );
}

async function readLive(
  scope: ProjectScope,
  wanted: readonly { readonly kind: DeclaredKind; readonly name: string }[],
): Promise<ReadonlyMap<string, LiveResource>> {
  const live = new Map<string, LiveResource>();
  const labels = new Set(wanted.map(labelOf));
  for (const kind of new Set(wanted.map((one) => one.kind))) {
    const { complete, list } = LIVE_KINDS[kind];
    for (const resource of await list(scope)) {
      const label = labelOf({ kind, name: resource.name });
      if (labels.has(label)) live.set(label, complete ? await complete(scope, resource) : resource);
    }
  }
  return live;
}

/** The same for the same files built in the same way. */
async function sourceOf(build: DeclaredBuild, signal: AbortSignal): Promise<string> {
  await using packed = await packFolder(await scanFolder(build.folder), signal);
  const { folder: _folder, shown: _shown, ...how } = build;
  return `sha256:${createHash('sha256')
    .update(JSON.stringify([packed.sha256, how]))
    .digest('hex')}`;
}

/** ` --set shop`, or nothing for the set that is meant without it. */
export function setFlag(set: string): string {
  return set === DEFAULT_SET ? '' : ` --set ${set}`;
}
