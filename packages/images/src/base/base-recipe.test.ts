import assert from 'node:assert/strict';
import { test } from 'node:test';
import { exactNameOf, namesOf, recipeFor, recipeOfName, type Machine } from './base-recipe.ts';

const MACHINE: Machine = {
  distribution: { id: 'debian', version: '12', codename: 'bookworm' },
  aptSources: [],
  extraCaSha256: '',
  nodeVersion: 'v24.21.0',
  arch: 'x64',
};

test('recipeOfName() knows the composed names and no others', () => {
  const table: readonly (readonly [string, string | undefined])[] = [
    ['slipway/base:12', 'base'],
    ['slipway/base', 'base'],
    ['localhost/slipway/node:24', 'node'],
    ['slipway/node:22', undefined],
    ['slipway/python:3', 'python'],
    ['slipway/static:1', 'static'],
    ['slipway/ruby:3', undefined],
    ['docker.io/slipway/node:24', undefined],
  ];
  for (const [name, kind] of table) assert.equal(recipeOfName(name, MACHINE)?.kind, kind, name);
});

test('recipeFor() has another key for everything that makes another image', () => {
  const key = recipeFor('node', MACHINE).key;
  assert.equal(recipeFor('node', { ...MACHINE }).key, key);
  assert.notEqual(recipeFor('node', { ...MACHINE, nodeVersion: 'v24.22.0' }).key, key);
  assert.notEqual(recipeFor('node', { ...MACHINE, arch: 'arm64' }).key, key);
  assert.notEqual(recipeFor('node', { ...MACHINE, aptSources: ['deb http://m bookworm main'] }).key, key);
  assert.equal(
    recipeFor('base', { ...MACHINE, nodeVersion: 'v24.22.0' }).key,
    recipeFor('base', MACHINE).key,
    'another Node does not make another base',
  );
});

test('namesOf() ends with the name that tells the recipe', () => {
  const recipe = recipeFor('node', MACHINE);
  assert.deepEqual(namesOf(recipe), [
    'localhost/slipway/node:24',
    'localhost/slipway/node:latest',
    `localhost/slipway/node:24-${recipe.key}`,
  ]);
  assert.equal(exactNameOf(recipe), namesOf(recipe).at(-1));
});

test("slipway/node trusts the machine's own authorities where there are any", () => {
  const { environment } = recipeFor('node', { ...MACHINE, extraCaSha256: 'aa' }).settings;
  assert.equal(environment['NODE_EXTRA_CA_CERTS'], '/etc/ssl/certs/ca-certificates.crt');
  assert.equal('NODE_EXTRA_CA_CERTS' in recipeFor('node', MACHINE).settings.environment, false);
});
