import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readExportComments, renderConfigPage, renderErrorsPage, renderLimitsPage } from './reference-pages.ts';

test('renderErrorsPage() lists every code with status, class and template', () => {
  const errors = { name_taken: { status: 409, title: 'The name is taken', template: 'No {name}', exit: 'conflict' } };
  const page = renderErrorsPage(errors, ['conflict', 'usage']);
  assert.match(page, /## name_taken\n\nThe name is taken\. HTTP 409, exit class `conflict`\.\n\n> No \{name\}/);
  assert.match(page, /`conflict`, `usage`/);
});

const LIMITS = `/** The file's header. */

export const FIRST = { sizeMax: 3, deep: { inner: 'a' } };
/** Why
 * so many. */
export const SECOND_MAX = 5;
`;

test('readExportComments() gives a comment to the constant below it, and none across an empty line', () => {
  assert.deepEqual(
    [...readExportComments(LIMITS)],
    [
      ['FIRST', ''],
      ['SECOND_MAX', 'Why so many.'],
    ],
  );
});

test('renderLimitsPage() flattens values under the name of their constant', () => {
  const page = renderLimitsPage(LIMITS, { FIRST: { sizeMax: 3, deep: { inner: 'a' } }, SECOND_MAX: 5 });
  assert.match(page, /\| sizeMax \| `3` \|\n\| deep\.inner \| `a` \|/);
  assert.match(page, /Why so many\.\n\n.*\n.*\n\| SECOND_MAX \| `5` \|/);
});

test('renderConfigPage() reads names, types and comments of an interface', () => {
  const page = renderConfigPage(
    `export interface Config {
      /** Its name. */
      readonly name: string;
      readonly api: { readonly port: number };
      readonly store?: 'a' | 'b';
    }`,
    'Config',
  );
  assert.match(page, /\| `name` \| `string` \| Its name\. \|/);
  assert.match(page, /\| `api\.port` \| `number` \|  \|/);
  assert.match(page, /\| `store\?` \| `'a' \\\| 'b'` \|/);
  assert.throws(() => renderConfigPage('export {};', 'Config'), /no interface "Config"/);
});
