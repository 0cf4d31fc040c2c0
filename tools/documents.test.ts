import assert from 'node:assert/strict';
import { dirname } from 'node:path/posix';
import { test } from 'node:test';
import { findDeadReferences, type DocumentFacts } from './document-references.ts';
import { LAYERS } from './layers.ts';
import { readRepository } from './repository.ts';

const ARCHITECTURE_LINES_MAX = 200;
const FILES = readRepository();
const DOCUMENTS = FILES.filter((file) => file.path.endsWith('.md'));

function gatherFacts(): DocumentFacts {
  const paths = new Set<string>();
  for (const { path } of FILES) for (let at = path; at !== '.'; at = dirname(at)) paths.add(at);
  const sources = FILES.filter((file) => file.path.endsWith('.ts') && !file.path.endsWith('.test.ts'));
  return { paths, identifiers: new Set(sources.flatMap((file) => file.text.match(/\b[A-Za-z_]\w+\b/g) ?? [])) };
}

const facts = gatherFacts();

test('findDeadReferences() finds a file, a function and a link that are not there', () => {
  const text =
    'See `packages/spec/src/gone.ts`, `Engine.fly()` and [this](nowhere.md), not [that](https://example.com).';
  assert.equal(findDeadReferences('docs/a.md', text, facts).length, 3);
  const fine = 'See `packages/spec/src/errors.ts`, `renderMessage()` and [this](../STYLE.md#names).';
  assert.deepEqual(findDeadReferences('docs/a.md', fine, facts), []);
});

for (const { path, text } of DOCUMENTS) {
  test(`documents: what ${path} refers to exists`, () => {
    assert.deepEqual(findDeadReferences(path, text, facts), []);
  });
}

test('documents: ARCHITECTURE.md is short and names every package', () => {
  const { text } = DOCUMENTS.find(({ path }) => path === 'ARCHITECTURE.md') ?? { text: '' };
  assert.ok(text.split('\n').length <= ARCHITECTURE_LINES_MAX);
  for (const name of Object.keys(LAYERS)) assert.ok(text.includes(`\`packages/${name}\``), name);
});

test('documents: every decision has its number once, and all four parts', () => {
  const decisions = DOCUMENTS.filter(({ path }) => /^docs\/decisions\/\d/.test(path));
  assert.ok(decisions.length >= 8);
  assert.equal(new Set(decisions.map(({ path }) => path.slice(0, 19))).size, decisions.length);
  for (const { path, text } of decisions) {
    for (const part of ['**Faced.**', '**Chose.**', '**Follows.**', '**Would choose again if**']) {
      assert.ok(text.includes(part), `${path} lacks ${part}`);
    }
  }
});
