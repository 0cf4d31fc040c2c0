import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { FunctionResource } from '@slipway/spec';
import { inlineReference } from './function-body.ts';
import { renderFunction, renderFunctionList, renderRuntimes } from './render-function.ts';

const NOW_MS = Date.parse('2026-03-04T12:00:00Z');
const FUNCTION: FunctionResource = {
  id: 'f1',
  name: 'greet',
  project_id: 'p1',
  created_at: '2026-03-04T11:54:00Z',
  entity_tag: '1',
  code_binary: false,
  code_main: 'main',
  code_reference: 'cr://registry.example/greet:1',
  code_secret: 'login',
  computed_env_variables: [],
  endpoint: 'http://greet.shop.localhost:8080',
  endpoint_internal: 'http://greet.shop.function.cluster.local',
  managed_domain_mappings: 'local_public',
  run_env_variables: [{ type: 'literal', name: 'A', value: '1' }],
  runtime: 'nodejs-22',
  scale_concurrency: 1,
  scale_cpu_limit: '0.25',
  scale_down_delay: 1,
  scale_max_execution_time: 60,
  scale_memory_limit: '1G',
  status: 'offline',
  status_details: { reason: 'offline' },
};

test('renderFunction() shows a function with the labels of the public command line', () => {
  assert.equal(
    renderFunction(FUNCTION, { projectName: 'shop', nowMs: NOW_MS }),
    `Name:          greet
ID:            f1
Project Name:  shop
Project ID:    p1
Age:           6m0s
Created:       2026-03-04T11:54:00Z
Visibility:    public
URL:           http://greet.shop.localhost:8080
Internal URL:  http://greet.shop.function.cluster.local
Status:        Offline

Resources:
  CPU:                 0.25
  Memory:              1G
  Max Execution Time:  60 seconds
  Scale Down Delay:    1 seconds

Environment Variables:
  Type     Name  Value
  Literal  A     1

Function Code:
  Runtime:        nodejs-22
  Bundle Secret:  login
  Code Bundle:    cr://registry.example/greet:1
  Main:           main()
`,
  );
});

test('renderFunction() shows how much inline code there is, and none of it', () => {
  const inline = { ...FUNCTION, code_reference: inlineReference(Buffer.from('geheim')) };
  const text = renderFunction(inline, { projectName: 'shop', nowMs: NOW_MS });
  assert.match(text, /\n {2}Inline Code: +6 bytes\n/);
  assert.doesNotMatch(text, /Code Bundle|Z2VoZWlt/);
});

test('renderFunctionList() and renderRuntimes() have the columns of the public command line', () => {
  assert.equal(
    renderFunctionList([FUNCTION], NOW_MS),
    `Name   Status   URL                               CPU   Memory  Age
greet  Offline  http://greet.shop.localhost:8080  0.25  1G      6m0s
`,
  );
  assert.equal(
    renderRuntimes([{ id: 'nodejs-22', name: 'Node.js 22', family: 'nodejs', default: true }]),
    `Name        ID         Family  Default
Node.js 22  nodejs-22  nodejs  true
`,
  );
});
