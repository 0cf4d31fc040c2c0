/**
 * Our operation table against the facts of the public API v2: same methods, paths, parameters, bodies, models and
 * words. The facts lie beside the checkout and are not part of it; without them there is nothing to compare with.
 */
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import test from 'node:test';
import { OPERATIONS, type Operation } from './operations.ts';

type TypeFact = string | { readonly array: TypeFact } | { readonly ref: string } | { readonly enum: string };
interface FieldFact {
  readonly type: TypeFact;
  readonly required: boolean;
}
interface OperationFact {
  readonly id: string;
  readonly method: string;
  readonly path: string;
  readonly query: readonly string[];
  readonly headers: Readonly<Record<string, string>>;
  /** A list of fields, or the name of a model that several variants extend. */
  readonly body?: readonly (FieldFact & { readonly name: string })[] | { readonly patchOf: string };
  readonly returns: string;
}
type Fields = Readonly<Record<string, FieldFact>>;
/** A variant names the model it extends. */
type ModelFact = Readonly<Record<string, FieldFact | string>>;
interface Contract {
  readonly operations: readonly OperationFact[];
  readonly models: Readonly<Record<string, ModelFact>>;
  readonly enums: Readonly<Record<string, readonly string[]>>;
}

/** JSON Schema, as far as the table uses it. */
interface Schema {
  readonly type?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly items?: Schema;
  readonly enum?: readonly string[];
}

/** Operations of ours that the public API does not have. */
const OUR_OWN = [
  'listAppliedSets',
  'replaceAppliedSet',
  'deleteAppliedSet',
  'listSubscriptions',
  'createSubscription',
  'getSubscription',
  'updateSubscription',
  'deleteSubscription',
  'watchResources',
  'watchProjects',
  'getDataKeys',
  'rotateDataKeys',
  'listAudit',
  'listProjectAudit',
  'listProjectUsage',
  'listUsage',
  'listMetrics',
  'listEdges',
  'getPlatformMetrics',
  'listEvents',
  'listBuildStrategies',
  'getAppTraffic',
  'replaceAppTraffic',
  'getAppMesh',
  'replaceAppMesh',
  'restartApp',
  'updateProject',
  'restoreProject',
  'getProjectTags',
  'replaceProjectTags',
  'listReclamations',
  'getReclamation',
  'getProjectQuotas',
  'updateProjectQuotas',
  'getInboundRules',
  'replaceInboundRules',
  'getPlatform',
  'createSource',
  'getSource',
  'listAppLogs',
  'listAppEvents',
  'listBuildRunLogs',
  'listMembers',
  'setMember',
  'removeMember',
  'listPlatformMembers',
  'setPlatformMember',
  'removePlatformMember',
  'getCaller',
  'listApiKeys',
  'createApiKey',
  'deleteApiKey',
] as const;

/** Query parameters of ours on operations of the public API. */
const OUR_OWN_QUERY: Readonly<Record<string, readonly string[]>> = {
  deleteProject: ['hard'],
  createApp: ['force'],
  updateApp: ['force'],
  createJob: ['force'],
  updateJob: ['force'],
  createJobRun: ['force'],
  createFunction: ['force'],
  updateFunction: ['force'],
};

/** Optional properties of ours in models of the public API, absent unless somebody uses them. */
const OUR_OWN_FIELDS: readonly string[] = ['image_port_protocol', 'scale_standby', 'certificate_failure'];

/** Fields that no model has and clients of the public API send nevertheless, by the end of their place. */
const TOLERATED_FIELDS: Readonly<Record<string, string>> = {
  'updateAllowedOutboundDestination body': 'type',
  'body.run_volume_mounts[]': 'name',
};

const contract = readContract();
const skip = contract ? false : 'the contract file shared/contract/code-engine-v2.json is not beside this checkout';

function readContract(): Contract | undefined {
  for (let folder = import.meta.dirname; folder !== dirname(folder); folder = dirname(folder)) {
    const path = join(folder, 'shared/contract/code-engine-v2.json');
    if (existsSync(path)) return JSON.parse(readFileSync(path, 'utf8')) as Contract;
  }
  return undefined;
}

/** Walks both sides together and notes every difference; `compared` proves that it looked at something. */
class Comparison {
  readonly differences: string[] = [];
  compared = 0;
  readonly #facts: Contract;

  constructor(facts: Contract) {
    this.#facts = facts;
  }

  operation(fact: OperationFact, ours: Operation): void {
    this.#same(`${fact.id} method`, ours.method, fact.method);
    this.#same(`${fact.id} path`, ours.path, fact.path);
    const own = OUR_OWN_QUERY[fact.id] ?? [];
    const query = Object.keys(propertiesOf(ours.query)).filter((name) => !own.includes(name));
    this.#same(`${fact.id} query`, query.toSorted(), fact.query.toSorted());
    this.#same(`${fact.id} If-Match`, ours.ifMatch ?? false, fact.headers['If-Match'] === 'required');
    const isPatch = fact.headers['Content-Type'] === 'application/merge-patch+json';
    this.#same(`${fact.id} merge patch`, ours.bodyKind === 'merge-patch', isPatch);
    this.#same(`${fact.id} has a body`, ours.body !== undefined, fact.body !== undefined);
    if (fact.body) this.#object(`${fact.id} body`, ours.body as Schema, this.#bodyFields(fact.id, fact.body));
    this.#model(`${fact.id} returns`, ours.returns, fact.returns);
  }

  #bodyFields(id: string, body: NonNullable<OperationFact['body']>): Fields {
    if (!('patchOf' in body)) return Object.fromEntries(body.map((field) => [field.name, field] as const));
    const model = body.patchOf.charAt(0).toUpperCase() + body.patchOf.slice(1);
    return this.#fieldsOf(`${model}${id.startsWith('create') ? 'Prototype' : 'Patch'}`);
  }

  /**
   * A model with variants is one shape here: what one variant of several needs may be missing in another.
   */
  #fieldsOf(name: string): Fields {
    const { models } = this.#facts;
    const variants = Object.values(models).filter((model) => model['extends'] === name);
    const fields = new Map<string, FieldFact>(Object.entries(ownFields(models[name] ?? {})));
    for (const variant of variants) {
      for (const [field, fact] of Object.entries(ownFields(variant))) {
        if (!fields.has(field)) fields.set(field, { ...fact, required: fact.required && variants.length === 1 });
      }
    }
    return Object.fromEntries(fields);
  }

  #same(where: string, ours: unknown, theirs: unknown): void {
    this.compared += 1;
    const [left, right] = [JSON.stringify(ours), JSON.stringify(theirs)];
    if (left !== right) this.differences.push(`${where}: ours ${left}, contract ${right}`);
  }

  #model(where: string, ours: Schema, name: string): void {
    this.#object(where, ours, name === 'EmptyObject' ? {} : this.#fieldsOf(name));
  }

  #object(where: string, ours: Schema, fields: Fields): void {
    this.#same(`${where} kind`, ours.type, 'object');
    const tolerated = Object.entries(TOLERATED_FIELDS).find(([place]) => where.endsWith(place))?.[1];
    const isOwn = (name: string) => OUR_OWN_FIELDS.includes(name) && !ours.required?.includes(name);
    const names = Object.keys(ours.properties ?? {}).filter((name) => name !== tolerated && !isOwn(name));
    this.#same(`${where} fields`, names.toSorted(), Object.keys(fields).toSorted());
    for (const [name, fact] of Object.entries(fields)) {
      const property = ours.properties?.[name];
      if (!property) continue;
      this.#same(`${where}.${name} required`, ours.required?.includes(name) ?? false, fact.required);
      this.#type(`${where}.${name}`, property, fact.type);
    }
  }

  #type(where: string, ours: Schema, fact: TypeFact): void {
    if (typeof fact === 'string') {
      this.#same(where, ours.type === 'integer' ? 'number' : ours.type, fact);
      this.#same(`${where} words`, ours.enum, undefined);
    } else if ('array' in fact) {
      this.#same(where, ours.type, 'array');
      this.#type(`${where}[]`, ours.items ?? {}, fact.array);
    } else if ('ref' in fact) {
      this.#model(where, ours, fact.ref);
    } else {
      this.#same(`${where} words`, ours.enum, this.#facts.enums[fact.enum]);
    }
  }
}

/** Without the name of the model that a variant extends. */
function ownFields(model: ModelFact): Fields {
  return Object.fromEntries(
    Object.entries(model).filter((entry): entry is [string, FieldFact] => entry[0] !== 'extends'),
  );
}

function propertiesOf(schema: Schema | undefined): Readonly<Record<string, Schema>> {
  return schema?.properties ?? {};
}

function compare(facts: Contract, operations: Readonly<Record<string, Operation>>): Comparison {
  const comparison = new Comparison(facts);
  for (const fact of facts.operations) {
    const ours = operations[fact.id];
    if (ours) comparison.operation(fact, ours);
    else comparison.differences.push(`${fact.id}: missing`);
  }
  return comparison;
}

test(
  'the table has every operation of the public API, and beyond those only the known ones of our own',
  { skip },
  () => {
    const theirs = new Set(contract?.operations.map((operation) => operation.id));
    const own = Object.keys(OPERATIONS).filter((id) => !theirs.has(id));
    assert.deepEqual(own.toSorted(), OUR_OWN.toSorted());
    assert.equal(theirs.size, 67);
    assert.deepEqual(
      [...theirs].filter((id) => !(id in OPERATIONS)),
      [],
    );
  },
);

test('the operation table has the methods, paths, parameters, bodies and models of the public API', { skip }, (t) => {
  assert.ok(contract);
  const { differences, compared } = compare(contract, OPERATIONS);
  assert.deepEqual(differences, []);
  assert.ok(compared > 3000, `only ${compared} things were compared`);
  t.diagnostic(`${compared} facts compared`);
});

test('the comparison finds a missing operation, field, type, word and parameter', { skip }, () => {
  assert.ok(contract);
  const seeded = JSON.parse(JSON.stringify(OPERATIONS)) as Record<string, Operation>;
  const { listApps, getApp, createApp, updateApp } = seeded;
  assert.ok(listApps?.query && getApp && createApp?.body && updateApp);
  const listQuery = listApps.query as unknown as { properties: Record<string, Schema> };
  delete listQuery.properties['start'];
  const app = getApp.returns as unknown as { properties: Record<string, { type: string; enum?: string[] }> };
  app.properties['scale_max_instances'] = { type: 'string' };
  app.properties['status']?.enum?.pop();
  const body = createApp.body as unknown as { required: string[] };
  body.required.pop();
  seeded['updateApp'] = { ...updateApp, ifMatch: false };
  delete seeded['deleteSecret'];
  const { differences } = compare(contract, seeded);
  assert.equal(differences.length, 6, differences.join('\n'));
});
