import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { EnvSetting } from './env-setting.ts';
import { resolveEnvironment } from './resolve-environment.ts';

const DATA: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  one: { A: 'a1', B: 'b1', '1': 'digit' },
  two: { A: 'a2', C: 'c2' },
};

function resolve(...variables: readonly EnvSetting[]) {
  return resolveEnvironment(variables, ({ reference = '' }) => DATA[reference] ?? {});
}

const all = (reference: string, prefix?: string): EnvSetting => ({
  type: 'config_map_full_reference',
  reference,
  ...(prefix !== undefined && { prefix }),
});

test('of two full references the later wins', () => {
  assert.deepEqual(resolve(all('one'), all('two')), { A: 'a2', B: 'b1', C: 'c2' });
  assert.deepEqual(resolve(all('two'), all('one')), { A: 'a1', B: 'b1', C: 'c2' });
});

test('a single variable wins over full references, wherever it stands', () => {
  const key: EnvSetting = { type: 'secret_key_reference', reference: 'one', key: 'A' };
  const renamed: EnvSetting = { type: 'secret_key_reference', reference: 'one', key: 'B', name: 'C' };
  const literal: EnvSetting = { type: 'literal', name: 'B', value: 'own' };
  const expected = { A: 'a1', B: 'own', C: 'b1' };
  assert.deepEqual(resolve(key, renamed, literal, all('two')), expected);
  assert.deepEqual(resolve(all('two'), key, renamed, literal), expected);
});

test('a prefix stands before every key, and may make a name of a key that is none', () => {
  assert.deepEqual(resolve(all('one', 'ONE_')), { ONE_A: 'a1', ONE_B: 'b1', ONE_1: 'digit' });
  assert.deepEqual(resolve(all('one', '')), { A: 'a1', B: 'b1' });
});

test('a key called __proto__ is a variable like any other', () => {
  const data = JSON.parse('{"__proto__":"x"}') as Record<string, string>;
  const environment = resolveEnvironment([all('one')], () => data);
  assert.deepEqual(Object.entries(environment), [['__proto__', 'x']]);
});
