import assert from 'node:assert/strict';
import test from 'node:test';
import { OPERATIONS, Refusal } from '@slipway/spec';
import { checkValue } from './check-value.ts';

const app = { name: 'web', image_reference: 'registry.example/web' };

function refusalOf(schema: object, value: unknown): Refusal {
  try {
    checkValue(schema, value);
  } catch (error) {
    assert.ok(error instanceof Refusal);
    return error;
  }
  return assert.fail('it was accepted');
}

const CASES: readonly (readonly [what: string, value: unknown, message: string])[] = [
  [
    'a missing field',
    { name: 'web' },
    'Cannot accept image_reference = nothing: the field is required. Add "image_reference", a text',
  ],
  [
    'a number in quotes',
    { ...app, scale_max_instances: '5' },
    'Cannot accept scale_max_instances = "5": it must be a whole number. Send it without quotes',
  ],
  [
    'a fraction',
    { ...app, scale_max_instances: 1.5 },
    'Cannot accept scale_max_instances = 1.5: it must be a whole number. Send a whole number from 0 to 250',
  ],
  [
    'a text without quotes',
    { ...app, scale_memory_limit: 4 },
    'Cannot accept scale_memory_limit = 4: it must be a text. Put it in quotes',
  ],
  [
    'a list where a text belongs',
    { ...app, image_reference: ['a'] },
    'Cannot accept image_reference = a list: it must be a text. Send a text',
  ],
  [
    'a mistyped word',
    { ...app, managed_domain_mappings: 'local_pubic' },
    'Cannot accept managed_domain_mappings = "local_pubic": allowed are "local", "local_private", "local_public". Did you mean "local_public"?',
  ],
  [
    'a word far from all others',
    { ...app, run_service_account: 'administrator' },
    'Cannot accept run_service_account = "administrator": allowed are "default", "manager", "reader", "writer", "none". Choose one of them',
  ],
  [
    'a value above its range',
    { ...app, scale_concurrency: 5000 },
    'Cannot accept scale_concurrency = 5000: it is above 1000. Choose a value from 1 to 1000',
  ],
  [
    'a value below its range',
    { ...app, image_port: 0 },
    'Cannot accept image_port = 0: it is below 1. Choose a value from 1 to 65535',
  ],
  [
    'a text of the wrong form',
    { ...app, scale_memory_limit: '4 gigs' },
    'Cannot accept scale_memory_limit = "4 gigs": it must be a number, with a unit where it needs one. Write it like "1G" or "512Mi"',
  ],
  [
    'an unknown field close to a known one',
    { ...app, imagePort: 80 },
    'Cannot accept imagePort = 80: there is no such field. Did you mean "image_port"?',
  ],
  [
    'an unknown field close to none',
    { ...app, replicas: { min: 1 } },
    'Cannot accept replicas = an object: there is no such field. Remove it',
  ],
  [
    'a text that is too long, shown shortened',
    { ...app, name: 'a'.repeat(100) },
    `Cannot accept name = "${'a'.repeat(59)}…": it is too long. Send at most 63 characters`,
  ],
  ['an empty text', { ...app, name: '' }, 'Cannot accept name = "": it is too short. Send at least 1 character'],
  [
    'a list that is too long',
    { ...app, run_arguments: Array.from({ length: 101 }, () => 'x') },
    'Cannot accept run_arguments = a list: the list is too long. Send at most 100 items',
  ],
  [
    'a field deep inside',
    {
      ...app,
      run_env_variables: [
        { name: 'A', value: 'b' },
        { name: 'B', valeu: 'c' },
      ],
    },
    'Cannot accept run_env_variables[1].valeu = "c": there is no such field. Did you mean "value"?',
  ],
  [
    'a field meant for the prototype of an object',
    JSON.parse('{"name":"web","image_reference":"x","__proto__":{"admin":true}}'),
    'Cannot accept __proto__ = an object: there is no such field. Remove it',
  ],
];

for (const [what, value, message] of CASES) {
  test(`explainValidation() explains ${what}`, () => {
    const refusal = refusalOf(OPERATIONS.createApp.body, value);
    assert.equal(refusal.code, 'invalid_field');
    assert.equal(refusal.message, message);
  });
}

test('checkValue() accepts a valid value and changes nothing in it', () => {
  const value = { ...app, scale_max_instances: 3, run_env_variables: [{ name: 'A', value: 'b' }] };
  const before = structuredClone(value);
  checkValue(OPERATIONS.createApp.body, value);
  assert.deepEqual(value, before);
});

test('checkValue() compiles every body and query of the operation table', () => {
  let compiled = 0;
  for (const operation of Object.values(OPERATIONS)) {
    for (const schema of ['body' in operation && operation.body, 'query' in operation && operation.query]) {
      if (!schema || !('properties' in schema)) continue;
      assert.doesNotThrow(() => {
        try {
          checkValue(schema, { [`unknown-${compiled}`]: 1 });
        } catch (error) {
          if (!(error instanceof Refusal)) throw error;
        }
      });
      compiled += 1;
    }
  }
  assert.ok(compiled > 10, `only ${compiled}`);
});

test('the value of a secret or of a variable is not shown, nor what was sent under a mistyped name', () => {
  const secret = OPERATIONS.createSecret.body;
  const start = { name: 's', format: 'basic_auth' };
  const sent: readonly (readonly [schema: object, value: unknown])[] = [
    [secret, { ...start, data: 'geheim' }],
    [secret, { ...start, data: { password: 4711 } }],
    [secret, { ...start, data: { 'any-key': 4711 } }],
    [secret, { ...start, pasword: 'geheim' }],
    [OPERATIONS.createApp.body, { ...app, run_env_variables: [{ name: 'A', value: 4711 }] }],
  ];
  for (const [schema, value] of sent) {
    const { message } = refusalOf(schema, value);
    assert.doesNotMatch(message, /geheim|4711/);
    assert.match(message, /\(not shown\)/);
  }
});
