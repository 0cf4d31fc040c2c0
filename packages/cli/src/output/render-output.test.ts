import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ageOf } from './age-of.ts';
import { renderOutput } from './render-output.ts';
import { renderFields, renderTable } from './text-table.ts';

test('renderOutput() renders one document in every form', async () => {
  const value = { name: 'web', ports: [1, 2] };
  const urls = { url: 'http://web', projectUrl: undefined };
  assert.equal(await renderOutput(undefined, value), undefined);
  assert.equal(await renderOutput('json', value), '{\n  "name": "web",\n  "ports": [\n    1,\n    2\n  ]\n}\n');
  assert.equal(await renderOutput('yaml', value), 'name: web\nports:\n  - 1\n  - 2\n');
  assert.equal(await renderOutput('jsonpath={.name}', value), 'web\n');
  assert.equal(await renderOutput('jsonpath-as-json={.ports}', value), '[\n  [\n    1,\n    2\n  ]\n]\n');
  assert.equal(await renderOutput('url', value, urls), 'http://web\n');
  await assert.rejects(renderOutput('project-url', value, urls), /there is none yet/);
});

test('renderTable() makes columns as wide as their widest cell', () => {
  assert.equal(
    renderTable(
      ['Name', 'Age'],
      [
        ['web-frontend', '5s'],
        ['a', ''],
      ],
    ),
    'Name          Age\nweb-frontend  5s\na\n',
  );
});

test('renderFields() leaves out what is not known', () => {
  assert.equal(
    renderFields([
      ['Name', 'web'],
      ['URL', undefined],
      ['Port', 0],
    ]),
    'Name:  web\nPort:  0\n',
  );
});

test('ageOf() shows two units at most', () => {
  const now = Date.parse('2026-03-04T12:00:00Z');
  const ages = [45, 7 * 60 + 12, 35 * 60, 3 * 3600 + 300, 50 * 3600].map((seconds) =>
    ageOf(new Date(now - seconds * 1000).toISOString(), now),
  );
  assert.deepEqual(ages, ['45s', '7m12s', '35m', '3h5m', '2d2h']);
  assert.equal(ageOf(undefined, now), '');
});
