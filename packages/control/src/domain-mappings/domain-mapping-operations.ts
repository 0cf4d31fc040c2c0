/**
 * Operations on domain mappings. A domain belongs to the project that named it first on this platform; the store knows
 * no such rule, so creations and updates take turns here. Who comes second is told by the status, and gets the domain when
 * it is free.
 */
import { isDeepStrictEqual } from 'node:util';
import type { DomainMapping } from '@slipway/spec';
import { findCertificateFailure } from '../certificates/certificate-failure.ts';
import { changeSpec, requireIfMatch } from '../change-spec.ts';
import { componentKey, requireComponent } from '../components/component.ts';
import type { Call, OperationHandlers } from '../control.ts';
import type { ControlContext } from '../control-context.ts';
import { createInProject } from '../create-in-project.ts';
import { listInProject } from '../list-in-project.ts';
import { requireOpenProject, requireProject, type ProjectRecord } from '../projects/project-record.ts';
import { requireReferences } from '../references/check-references.ts';
import { invalidField, notFound, refuseProblem } from '../refuse.ts';
import { openData, requireSecret } from '../secrets/secret-record.ts';
import type { StoredResource } from '../store.ts';
import { activateClaimants, DOMAIN_TURN, isDomainTaken } from './domain-claim.ts';
import {
  domainMappingFrom,
  domainMappingKey,
  requireDomainMapping,
  type DomainMappingRecord,
  type DomainMappingSpec,
} from './domain-mapping-record.ts';
import { ACME_SECRET, certificateProblem, domainProblem } from './domain-mapping-rules.ts';
import { viewDomainMapping } from './domain-mapping-view.ts';

type DomainMappingOperations =
  | 'listDomainMappings'
  | 'createDomainMapping'
  | 'getDomainMapping'
  | 'updateDomainMapping'
  | 'deleteDomainMapping';

export function domainMappingOperations(context: ControlContext): Pick<OperationHandlers, DomainMappingOperations> {
  const { store } = context;
  const inTurn = (work: () => Promise<DomainMapping>) => context.turns.take(DOMAIN_TURN, work);
  return {
    listDomainMappings: async ({ params, query }) => {
      const { items, ...page } = await listInProject(context, {
        kind: 'domain_mapping',
        projectId: params.project_id,
        query,
        path: 'domain_mappings',
        toItem: (row, project) => show(context, project, row),
      });
      return { domain_mappings: await Promise.all(items), ...page };
    },
    createDomainMapping: (call) => inTurn(() => createDomainMapping(context, call)),
    getDomainMapping: async ({ params }) => {
      const project = await requireProject(store, params.project_id);
      return show(context, project, await requireDomainMapping(store, project.id, params.name));
    },
    updateDomainMapping: (call) => inTurn(() => updateDomainMapping(context, call)),
    deleteDomainMapping: async ({ params }) => {
      const project = await requireProject(store, params.project_id);
      const mapping = await requireDomainMapping(store, project.id, params.name);
      if (!(await store.delete(mapping))) throw notFound('domain mapping', params.name);
      await store.deleteEvents(project.id, { kind: 'domain_mapping', name: mapping.name });
      activateAround(context, mapping);
      await activateClaimants(context, mapping.name);
      return {};
    },
  };
}

async function createDomainMapping(
  context: ControlContext,
  { params, body }: Call<'createDomainMapping'>,
): Promise<DomainMapping> {
  const { name, component, tls_secret: tlsSecret } = body;
  const project = await requireOpenProject(context.store, params.project_id);
  refuseProblem(domainProblem(name, context.facts.domain));
  const spec = await checkedSpec(context, { projectId: project.id, name }, { component, tlsSecret });
  const key = domainMappingKey(project.id, name);
  const created = await createInProject(context, { key, quota: 'domainMappings', specFor: () => spec });
  activateAround(context, domainMappingFrom(created));
  return show(context, project, created);
}

async function updateDomainMapping(
  context: ControlContext,
  { params, body, ifMatch }: Call<'updateDomainMapping'>,
): Promise<DomainMapping> {
  const { name } = params;
  const project = await requireOpenProject(context.store, params.project_id);
  const key = domainMappingKey(project.id, name);
  const before = await requireDomainMapping(context.store, project.id, name);
  const component = body.component ?? before.spec.component;
  const tlsSecret = body.tls_secret ?? before.spec.tlsSecret;
  const spec = await checkedSpec(context, { projectId: project.id, name }, { component, tlsSecret });
  const changed = await changeSpec<DomainMappingSpec>(context.store, key, {
    ifMatch: requireIfMatch(ifMatch, key),
    decide: (stored) => (isDeepStrictEqual(stored.spec, spec) ? undefined : spec),
  });
  if (!changed) throw notFound('domain mapping', name);
  // The app it led to before loses the host.
  activateAround(context, before);
  activateAround(context, domainMappingFrom(changed));
  return show(context, project, changed);
}

function activateAround({ activate }: ControlContext, { name, projectId, spec }: DomainMappingRecord): void {
  if (spec.component.resource_type === 'app_v2') activate({ kind: 'app', projectId, name: spec.component.name });
  activate({ kind: 'domain_mapping', projectId, name });
}

async function checkedSpec(
  context: ControlContext,
  { projectId, name }: { readonly projectId: string; readonly name: string },
  wanted: Omit<DomainMappingSpec, 'isClaimed'>,
): Promise<DomainMappingSpec> {
  const { clock, secretBox, store } = context;
  const { component, tlsSecret } = wanted;
  await requireComponent(store, projectId, { component, allowed: ['app_v2', 'function_v2'] });
  if (tlsSecret === ACME_SECRET) {
    const rule = 'no authority gives this platform certificates';
    const fix = 'Take a tls secret; or have the operator set one up with --acme-email';
    if (!context.certificateIssuer.acme) throw invalidField({ field: 'tls_secret', value: tlsSecret, rule, fix });
  } else {
    await requireReferences(store, projectId, {
      wanted: [{ kind: 'secret', name: tlsSecret, format: 'tls', field: 'tls_secret' }],
      force: 'never',
    });
    const data = openData(secretBox, await requireSecret(store, projectId, tlsSecret));
    const { tls_cert: chain = '', tls_key: key = '' } = data;
    refuseProblem(certificateProblem(name, { name: tlsSecret, chain, key }, clock.now()));
  }
  return { component, tlsSecret, isClaimed: await isDomainTaken(store, { projectId, name }) };
}

async function show(context: ControlContext, project: ProjectRecord, row: StoredResource): Promise<DomainMapping> {
  const mapping = domainMappingFrom(row);
  const key = componentKey(project.id, mapping.spec.component);
  const hasComponent = key !== undefined && (await context.store.get(key)) !== undefined;
  const { name, spec } = mapping;
  const certificateFailure =
    spec.tlsSecret === ACME_SECRET ? await findCertificateFailure(context.store, project.id, name) : undefined;
  return viewDomainMapping({ project, mapping, hasComponent, certificateFailure }, context.facts);
}
