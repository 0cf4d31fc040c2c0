import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { ERRORS } from '@slipway/spec';
import { renderReference } from './reference.ts';
import { REPOSITORY_ROOT } from './repository.ts';

test('docs/reference is what the code says', async () => {
  const pages = await renderReference();
  assert.ok(pages.size >= 3);
  for (const [path, text] of pages) {
    assert.equal(readFileSync(join(REPOSITORY_ROOT, path), 'utf8'), text, `${path}: run "npm run generate"`);
  }
});

test('the error catalogue and its page name the same codes, both ways', async () => {
  const page = (await renderReference()).get('docs/reference/errors.md') ?? '';
  const listed = [...page.matchAll(/^## (\w+)$/gm)].map(([, code]) => code);
  assert.deepEqual(listed, Object.keys(ERRORS).toSorted());
});

test('every error template follows the grammar: sentence case, no final full stop, no contraction', () => {
  for (const [code, { template, title }] of Object.entries(ERRORS)) {
    assert.match(code, /^[a-z]+(_[a-z]+)*$/);
    assert.match(template, /^Cannot [^]*[^.]$/, code);
    assert.doesNotMatch(template, /n't|n’t/, code);
    assert.match(title, /^[A-Z][^]*[^.]$/, code);
  }
});
