import assert from 'node:assert/strict';
import { test } from 'node:test';
import { jsonPathValues, renderJsonPath } from './json-path.ts';

const LIST = {
  items: [
    { name: 'web', status: 'ready', port: 8080, labels: { 'a.b': 'x' }, env: [{ name: 'A' }, { name: 'B' }] },
    { name: 'api', status: 'failed', port: 9090, labels: {} },
    { name: 'job', status: 'ready', port: 80 },
  ],
};

test('renderJsonPath() finds what kubectl finds', () => {
  const cases: readonly (readonly [string, string])[] = [
    ['{.items[*].name}', 'web api job'],
    ['.items[0].name', 'web'],
    ['{.items[-1].name}', 'job'],
    ['{.items[0:2].name}', 'web api'],
    ['{.items[1:].name}', 'api job'],
    ["{.items[0].labels['a.b']}", 'x'],
    ['{$.items[0].port}', '8080'],
    ['{..name}', 'web A B api job'],
    ['{.items[?(@.status=="ready")].name}', 'web job'],
    ['{.items[?(@.port>8080)].name}', 'api'],
    ['{.items[?(@.labels)].name}', 'web api'],
    ['{.missing}', ''],
    ['{.items[9].name}', ''],
    ['{.items[0].labels}', '{"a.b":"x"}'],
    ['name: {.items[0].name}!', 'name: web!'],
    ['{range .items[*]}{.name}{"\\t"}{.status}{"\\n"}{end}', 'web\tready\napi\tfailed\njob\tready\n'],
    ['{"a}b"}', 'a}b'],
  ];
  for (const [template, text] of cases) assert.equal(renderJsonPath(template, LIST), text, template);
  assert.equal(renderJsonPath('{}', LIST), JSON.stringify(LIST));
});

test('jsonPathValues() gives every value as a list', () => {
  assert.deepEqual(jsonPathValues('{.items[*].port}', LIST), [8080, 9090, 80]);
});

test('renderJsonPath() refuses what it cannot read, and reaches no prototype', () => {
  for (const template of ['{.items[', '{.items[x]}', '{range .items[*]}{.name}', '{end}', '{.a b}']) {
    assert.throws(() => renderJsonPath(template, LIST), /Cannot read the JSONPath/, template);
  }
  assert.equal(renderJsonPath('{.constructor}{.__proto__}', LIST), '');
});
