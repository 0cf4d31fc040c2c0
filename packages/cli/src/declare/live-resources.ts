/** How resources of each kind are read, made, changed and removed: the one place where kinds meet their operations. */
import type { DeclaredKind } from '@slipway/spec';
import { listAll } from '../list-all.ts';
import { readMesh, stateMesh } from '../mesh/app-mesh.ts';
import type { ProjectScope } from '../project-scope.ts';
import { REFUSE_MISSING } from '../refuse-missing.ts';
import { compareFields } from './compare-fields.ts';
import { bindingName } from './declared-resource.ts';

type Fields = Readonly<Record<string, unknown>>;

export interface LiveResource {
  readonly name: string;
  readonly entityTag: string;
  readonly fields: Fields;
}

export interface LiveKind {
  readonly list: (scope: ProjectScope) => Promise<readonly LiveResource[]>;
  /** What a list does not tell of it. */
  readonly complete?: (scope: ProjectScope, live: LiveResource) => Promise<LiveResource>;
  readonly create: (scope: ProjectScope, name: string, fields: Fields) => Promise<unknown>;
  /** What a new one can be told only once it is there. */
  readonly finish?: (scope: ProjectScope, name: string, fields: Fields) => Promise<unknown>;
  /** Absent: a changed one is deleted and made anew. */
  readonly update?: (scope: ProjectScope, live: LiveResource, fields: Fields) => Promise<unknown>;
  readonly remove: (scope: ProjectScope, live: LiveResource) => Promise<unknown>;
  /** These cannot be updated: the resource is deleted and made anew. */
  readonly fixed?: readonly string[];
}

/** The operations take typed bodies; what stands here was checked against the same schemas. */
type Loose = Readonly<Record<string, (call: object) => Promise<unknown>>>;

interface Nouns {
  /** As operations are named: `App`, `ConfigMap`. */
  readonly one: string;
  readonly many: string;
  readonly key: string;
  readonly fixed?: readonly string[];
  /** Data is sent as a whole. */
  readonly isReplaced?: boolean;
  /** A changed one is deleted and made anew. */
  readonly isUnchangeable?: boolean;
  /** Names config maps and secrets, which are looked for when it is sent. */
  readonly isReferring?: boolean;
}

export const LIVE_KINDS: Readonly<Record<DeclaredKind, LiveKind>> = {
  config_map: kindOf({ one: 'ConfigMap', many: 'ConfigMaps', key: 'config_maps', isReplaced: true }),
  secret: secrets(),
  persistent_data_store: kindOf({
    one: 'PersistentDataStore',
    many: 'PersistentDataStores',
    key: 'persistent_data_stores',
    isUnchangeable: true,
  }),
  allowed_outbound_destination: kindOf({
    one: 'AllowedOutboundDestination',
    many: 'AllowedOutboundDestinations',
    key: 'allowed_outbound_destinations',
    fixed: ['type', 'private_path_service_gateway_crn'],
  }),
  build: kindOf({ one: 'Build', many: 'Builds', key: 'builds' }),
  app: apps(),
  job: kindOf({ one: 'Job', many: 'Jobs', key: 'jobs', isReferring: true }),
  function: kindOf({ one: 'Function', many: 'Functions', key: 'functions', isReferring: true }),
  binding: bindings(),
  domain_mapping: domainMappings(),
  subscription: kindOf({
    one: 'Subscription',
    many: 'Subscriptions',
    key: 'subscriptions',
    fixed: ['type', 'kafka_consumer_group'],
  }),
};

function kindOf({ one, many, key, fixed, ...nouns }: Nouns): LiveKind {
  const change = (nouns.isReplaced === true ? 'replace' : 'update') + one;
  const asking = nouns.isReferring === true ? { query: REFUSE_MISSING } : {};
  return {
    list: (scope) => listKind(scope, `list${many}`, key),
    create: (scope, name, fields) =>
      send(scope, `create${one}`, { params: paramsOf(scope), ...asking, body: { name, ...fields } }),
    ...(nouns.isUnchangeable !== true && {
      update: (scope, { name, entityTag }, fields) =>
        send(scope, change, { params: { ...paramsOf(scope), name }, ...asking, ifMatch: entityTag, body: fields }),
    }),
    remove: (scope, { name }) => send(scope, `delete${one}`, { params: { ...paramsOf(scope), name } }),
    ...(fixed && { fixed }),
  };
}

/** Calls of its project are told an app by an operation of their own. That makes no revision, so nothing else is sent then. */
function apps(): LiveKind {
  const { create, update, ...kind } = kindOf({ one: 'App', many: 'Apps', key: 'apps', isReferring: true });
  const isDifferent = (declared: Fields, live: Fields) =>
    compareFields('app', { declared, live, areValuesHidden: false }).length > 0;
  return {
    ...kind,
    complete: async (scope, live) => ({ ...live, fields: { ...live.fields, ...(await readMesh(scope, live.name)) } }),
    create: (scope, name, { mesh: _later, ...fields }) => create(scope, name, fields),
    async finish(scope, name, { mesh }) {
      if (mesh) await stateMesh(scope, { name, entityTag: '*', mesh });
    },
    async update(scope, live, { mesh, ...fields }) {
      if (mesh === undefined || !isDifferent({ mesh }, live.fields)) return update?.(scope, live, fields);
      // Null: it was declared and no longer is.
      const entityTag = await stateMesh(scope, { ...live, mesh: mesh ?? {} });
      return isDifferent(fields, live.fields) ? update?.(scope, { ...live, entityTag }, fields) : undefined;
    },
  };
}

/** A list tells nothing of the values, and what the platform made is its own. */
function secrets(): LiveKind {
  const kind = kindOf({ one: 'Secret', many: 'Secrets', key: 'secrets', isReplaced: true, fixed: ['format'] });
  return {
    ...kind,
    list: async (scope) => (await kind.list(scope)).filter(({ fields }) => fields['generated_by'] !== 'system'),
    async complete(scope, { name }) {
      const secret = await scope.client.getSecret({ params: { ...paramsOf(scope), name }, signal: scope.signal });
      return { name, entityTag: secret.entity_tag, fields: secret };
    },
  };
}

function bindings(): LiveKind {
  const kind = kindOf({ one: 'Binding', many: 'Bindings', key: 'bindings', isUnchangeable: true });
  return {
    ...kind,
    list: async (scope) => (await kind.list(scope)).map((live) => ({ ...live, name: bindingName(live.fields) })),
    create: (scope, _name, body) => send(scope, 'createBinding', { params: paramsOf(scope), body }),
    remove: (scope, { fields }) =>
      send(scope, 'deleteBinding', { params: { ...paramsOf(scope), id: String(fields['id']) } }),
  };
}

/** Those of the platform's own domain belong to their app. */
function domainMappings(): LiveKind {
  const kind = kindOf({ one: 'DomainMapping', many: 'DomainMappings', key: 'domain_mappings' });
  return {
    ...kind,
    list: async (scope) => (await kind.list(scope)).filter(({ fields }) => fields['user_managed'] !== false),
  };
}

async function listKind(scope: ProjectScope, operation: string, key: string): Promise<readonly LiveResource[]> {
  const items = await listAll(
    (query) =>
      send(scope, operation, { params: paramsOf(scope), query, signal: scope.signal }) as Promise<
        Readonly<Record<string, object>>
      >,
    (page) => page[key] as readonly (Fields & { readonly name?: string; readonly entity_tag?: string })[],
  );
  return items.map((fields) => ({ name: fields.name ?? '', entityTag: fields.entity_tag ?? '*', fields }));
}

function paramsOf({ project }: ProjectScope): { readonly project_id: string } {
  return { project_id: project.id };
}

/** Ctrl-C ends no change that is under way: how it ended is worth the moment, and the client bounds it. */
function send({ client }: ProjectScope, operation: string, call: object): Promise<unknown> {
  const method = (client as unknown as Loose)[operation];
  if (!method) throw new Error(`Cannot call ${operation}: there is no such operation`);
  return method(call);
}
