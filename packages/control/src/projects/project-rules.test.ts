import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { projectNameProblem, slugFor, subdomainFor } from './project-rules.ts';

test('slugFor() makes a DNS label of any name', () => {
  const cases = [
    ['default', 'default'],
    ['My Shop', 'my-shop'],
    ['Größe: 3', 'gro-e-3'],
    ['  x__y  ', 'x-y'],
    ['42 is it', 'is-it'],
    ['123', 'project'],
    ['日本', 'project'],
    ['a'.repeat(60), 'a'.repeat(24)],
  ] as const;
  for (const [name, slug] of cases) assert.equal(slugFor(name), slug);
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (name) => /^[a-z]([-a-z0-9]{0,22}[a-z0-9])?$/.test(slugFor(name))),
  );
});

test('subdomainFor() adds a suffix until the subdomain is free', () => {
  const suffixes = ['aaaaa', 'bbbbb'];
  const taken = new Set(['shop', 'shop-aaaaa']);
  assert.equal(
    subdomainFor('Shop', taken, () => suffixes.shift() ?? ''),
    'shop-bbbbb',
  );
  assert.equal(
    subdomainFor('Free', taken, () => ''),
    'free',
  );
});

test('projectNameProblem() follows the rule of the API', () => {
  assert.equal(projectNameProblem('Mein Projekt: Nr. 1_a-b'), undefined);
  assert.equal(projectNameProblem('größe'), undefined);
  for (const name of ['', 'a/b', 'a\n', '<b>', 'x'.repeat(129)]) assert.ok(projectNameProblem(name), name);
});
