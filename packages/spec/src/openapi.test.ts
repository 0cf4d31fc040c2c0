import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import test from 'node:test';
import { ERRORS } from './errors.ts';
import { renderOpenApi } from './openapi.ts';
import { OPERATIONS } from './operations.ts';

const COMMITTED = new URL('../../../docs/reference/openapi.json', import.meta.url);

interface Description {
  readonly paths: Readonly<Record<string, Readonly<Record<string, { readonly operationId: string }>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, unknown>> };
}

test('the committed API description is what the operation table renders', async () => {
  const committed: unknown = JSON.parse(await readFile(COMMITTED, 'utf8'));
  assert.deepEqual(committed, renderOpenApi(), 'docs/reference/openapi.json is old: run "npm run generate"');
});

test('renderOpenApi() describes every operation once', () => {
  const { paths } = renderOpenApi() as unknown as Description;
  const ids = Object.values(paths).flatMap((item) => Object.values(item).map((operation) => operation.operationId));
  assert.deepEqual(ids.toSorted(), Object.keys(OPERATIONS).toSorted());
});

test('renderOpenApi() names every schema it refers to, and refers to a resource instead of repeating it', () => {
  const description = renderOpenApi() as unknown as Description;
  const text = JSON.stringify(description);
  const references = [...text.matchAll(/"#\/components\/schemas\/(\w+)"/g)].map(([, name]) => name ?? '');
  assert.ok(references.length > 50, `only ${references.length} references`);
  for (const name of references) assert.ok(name in description.components.schemas, `${name} is not defined`);
  const list = JSON.stringify(description.components.schemas['AppList']);
  assert.match(list, /"items":\{"\$ref":"#\/components\/schemas\/App"\}/);
});

test('renderOpenApi() lists every code of the error catalogue', () => {
  const text = JSON.stringify(renderOpenApi());
  for (const code of Object.keys(ERRORS)) assert.ok(text.includes(`\`${code}\``), code);
});
