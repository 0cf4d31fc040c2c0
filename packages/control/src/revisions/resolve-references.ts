/**
 * Gives a revision the values that its settings only name: looked up once, and kept sealed with the revision. So every
 * instance of a revision has the same environment, however often the platform restarts and whatever becomes of the
 * config map or the secret; a new value needs a new revision. Until everything named is there the revision waits.
 */
import { bindingEnvironment, type BoundService } from '../bindings/binding-environment.ts';
import { bindingReferences } from '../bindings/binding-record.ts';
import type { ControlContext } from '../control-context.ts';
import { configMapFrom } from '../config-maps/config-map-record.ts';
import type { Data } from '../data-rules.ts';
import { sizeProblem, variableBytes, variableSizeProblem } from '../environment/environment-rules.ts';
import { resolveEnvironment, type Environment } from '../environment/resolve-environment.ts';
import { recordEvent } from '../events/record-event.ts';
import { brokenReference } from '../references/check-references.ts';
import { referencesOf, type ResourceReference } from '../references/resource-reference.ts';
import type { SecretBox } from '../secret-box.ts';
import { openData, secretFrom } from '../secrets/secret-record.ts';
import type { StoredResource } from '../store.ts';
import { revisionFrom, type RevisionRecord, type RevisionStatus } from './revision-record.ts';

type Resolved = { readonly environment: Environment } | { readonly missing: string };

/** The revision as it is afterwards; one that still waits says so in `status.waitsFor`. */
export async function resolveReferences(context: ControlContext, revision: RevisionRecord): Promise<RevisionRecord> {
  const { settings, bindings } = revision.spec;
  const { waitsFor, ...status } = revision.status;
  const references = [...referencesOf(settings), ...bindingReferences(bindings)];
  if (references.length === 0 || status.environment) return revision;
  const resolved = await lookUp(context, revision, references);
  if ('environment' in resolved) {
    const environment = context.secretBox.seal(JSON.stringify(resolved.environment), placeOf(revision));
    return await writeStatus(context, revision, { ...status, environment });
  }
  if (resolved.missing === waitsFor) return revision;
  await recordEvent(
    context,
    { projectId: revision.projectId, name: revision.owner },
    {
      severity: 'warning',
      reason: 'ReferenceMissing',
      message: `Revision "${revision.name}" waits: ${resolved.missing}`,
      revisionName: revision.name,
    },
  );
  return await writeStatus(context, revision, { ...status, waitsFor: resolved.missing });
}

/** What the owner set, without the platform's own variables. */
export function environmentOf({ secretBox }: Pick<ControlContext, 'secretBox'>, revision: RevisionRecord): Environment {
  const { environment } = revision.status;
  if (environment) return JSON.parse(secretBox.open(environment, placeOf(revision))) as Environment;
  const literals = revision.spec.settings.run_env_variables.filter((variable) => variable.type === 'literal');
  return resolveEnvironment(literals, () => ({}));
}

async function lookUp(
  context: ControlContext,
  revision: RevisionRecord,
  references: readonly ResourceReference[],
): Promise<Resolved> {
  const { projectId } = revision;
  const values = new Map<string, Data>();
  const services = new Map<string, BoundService['serviceAccess']>();
  for (const reference of references) {
    const { kind, name } = reference;
    const found = await context.store.get({ kind, projectId, name });
    const missing = brokenReference(reference, found);
    if (missing !== undefined || !found) return { missing: missing ?? name };
    values.set(`${kind}/${name}`, dataOf(context, found));
    if (kind === 'secret') services.set(name, secretFrom(found).spec.serviceAccess);
  }
  const bound = (revision.spec.bindings ?? []).map((binding) => {
    const { secretName } = binding;
    const data = values.get(`secret/${secretName}`) ?? {};
    return { ...binding, data, serviceAccess: services.get(secretName) };
  });
  // What the owner sets says more than what a binding brings along.
  const own = resolveEnvironment(revision.spec.settings.run_env_variables, ({ type, reference }) => {
    return values.get(`${type.startsWith('secret_') ? 'secret' : 'config_map'}/${reference}`) ?? {};
  });
  const environment = { ...bindingEnvironment(bound), ...own };
  return unusable(environment) ?? { environment };
}

function dataOf({ secretBox }: ControlContext, found: StoredResource): Data {
  return found.kind === 'secret' ? openData(secretBox, secretFrom(found)) : configMapFrom(found).spec.data;
}

/** What no program can be started with. */
function unusable(environment: Environment): { readonly missing: string } | undefined {
  let bytes = 0;
  for (const [name, value] of Object.entries(environment)) {
    if (value.includes('\0')) return { missing: `the value of "${name}" holds a NUL character` };
    const length = variableBytes(name, value);
    const problem = variableSizeProblem(name, length);
    if (problem) return { missing: `variable "${name}" is too long: ${problem.rule}` };
    bytes += length + 1;
  }
  const problem = sizeProblem(bytes);
  return problem && { missing: `${problem.rule}, these have ${bytes}` };
}

/** Undefined when nothing of it is sealed, or with the active key already. */
export function resealStatus(box: SecretBox, id: string, status: RevisionStatus): RevisionStatus | undefined {
  const { environment } = status;
  if (!environment || environment.keyId === box.activeKeyId) return undefined;
  return { ...status, environment: box.seal(box.open(environment, placeOf({ id })), placeOf({ id })) };
}

function placeOf({ id }: Pick<RevisionRecord, 'id'>): string {
  return `app_revision/${id}`;
}

async function writeStatus(
  context: ControlContext,
  revision: RevisionRecord,
  status: RevisionStatus,
): Promise<RevisionRecord> {
  const written = await context.store.updateStatus(revision, revision.id, status);
  return written ? revisionFrom(written) : { ...revision, status };
}
