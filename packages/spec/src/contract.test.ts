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
  readonly body?: readonly (FieldFact & { readonly name: string })[];
  readonly returns: string;
}
interface Contract {
  readonly operations: readonly OperationFact[];
  readonly models: Readonly<Record<string, Readonly<Record<string, FieldFact>>>>;
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
  'getPlatform',
  'createSource',
  'getSource',
  'listAppLogs',
  'listAppEvents',
  'listBuildRunLogs',
] as const;

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
    const query = Object.keys(propertiesOf(ours.query));
    this.#same(`${fact.id} query`, query.toSorted(), fact.query.toSorted());
    this.#same(`${fact.id} If-Match`, ours.ifMatch ?? false, fact.headers['If-Match'] === 'required');
    const isPatch = fact.headers['Content-Type'] === 'application/merge-patch+json';
    this.#same(`${fact.id} merge patch`, ours.bodyKind === 'merge-patch', isPatch);
    this.#same(`${fact.id} has a body`, ours.body !== undefined, fact.body !== undefined);
    if (fact.body) {
      const fields = Object.fromEntries(fact.body.map((field) => [field.name, field] as const));
      this.#object(`${fact.id} body`, ours.body as Schema, fields);
    }
    this.#model(`${fact.id} returns`, ours.returns, fact.returns);
  }

  #same(where: string, ours: unknown, theirs: unknown): void {
    this.compared += 1;
    const [left, right] = [JSON.stringify(ours), JSON.stringify(theirs)];
    if (left !== right) this.differences.push(`${where}: ours ${left}, contract ${right}`);
  }

  #model(where: string, ours: Schema, name: string): void {
    this.#object(where, ours, name === 'EmptyObject' ? {} : (this.#facts.models[name] ?? {}));
  }

  #object(where: string, ours: Schema, fields: Readonly<Record<string, FieldFact>>): void {
    this.#same(`${where} kind`, ours.type, 'object');
    this.#same(`${where} fields`, Object.keys(ours.properties ?? {}).toSorted(), Object.keys(fields).toSorted());
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

function propertiesOf(schema: Schema | undefined): Readonly<Record<string, Schema>> {
  return schema?.properties ?? {};
}

function compare(facts: Contract, operations: Readonly<Record<string, Operation>>): Comparison {
  const comparison = new Comparison(facts);
  for (const fact of facts.operations) {
    const ours = operations[fact.id];
    if (ours) comparison.operation(fact, ours);
  }
  return comparison;
}

test('every operation of the table is one of the public API or known as our own', { skip }, () => {
  const theirs = new Set(contract?.operations.map((operation) => operation.id));
  const own = Object.keys(OPERATIONS).filter((id) => !theirs.has(id));
  assert.deepEqual(own, [...OUR_OWN]);
});

test('the operation table has the methods, paths, parameters, bodies and models of the public API', { skip }, (t) => {
  assert.ok(contract);
  const { differences, compared } = compare(contract, OPERATIONS);
  assert.deepEqual(differences, []);
  assert.ok(compared > 1000, `only ${compared} things were compared`);
  t.diagnostic(`${compared} facts compared`);
});

test('the comparison finds a missing field, another type, a lost word and a lax parameter', { skip }, () => {
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
  const { differences } = compare(contract, seeded);
  assert.equal(differences.length, 5, differences.join('\n'));
});
