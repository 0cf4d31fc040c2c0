import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { EnvVarPrototype } from '@slipway/spec';
import { mergeReferences, parseReference, referencesFrom } from './env-references.ts';

test('parseReference() knows all keys, a prefix, single keys and new names', () => {
  assert.deepEqual(parseReference('secret', 'db'), [{ type: 'secret_full_reference', reference: 'db' }]);
  assert.deepEqual(parseReference('config_map', 'DB_=db.eu'), [
    { type: 'config_map_full_reference', reference: 'db.eu', prefix: 'DB_' },
  ]);
  const type = 'secret_key_reference';
  assert.deepEqual(parseReference('secret', 'db:USER,PW=PASSWORD'), [
    { type, reference: 'db', key: 'USER', name: 'USER' },
    { type, reference: 'db', key: 'PASSWORD', name: 'PW' },
  ]);
  for (const text of ['', 'A=', 'a=b=c', ':K', 'db:', 'db:A,', 'db:A=B=C']) {
    assert.throws(() => parseReference('secret', text), /--env-from-secret .* PREFIX=NAME/, text);
  }
});

test('referencesFrom() puts secrets after config maps, so that they win', () => {
  const types = referencesFrom({ envFromSecret: ['a'], envFromConfigmap: ['b'] }).map(({ type }) => type);
  assert.deepEqual(types, ['config_map_full_reference', 'secret_full_reference']);
});

test('mergeReferences() replaces the same reference, keeps others, and drops by name', () => {
  const current: EnvVarPrototype[] = [
    { type: 'literal', name: 'PW', value: '1' },
    { type: 'secret_full_reference', reference: 'db' },
    { type: 'config_map_full_reference', reference: 'db' },
    { type: 'secret_key_reference', reference: 'db', key: 'USER', name: 'USER' },
  ];
  const merged = mergeReferences(current, { envFromSecret: ['db', 'db:PW'] });
  assert.deepEqual(
    merged.map(({ type, name }) => [type, name]),
    [
      ['config_map_full_reference', undefined],
      ['secret_key_reference', 'USER'],
      ['secret_full_reference', undefined],
      ['secret_key_reference', 'PW'],
    ],
  );
  const left = mergeReferences(current, { envFromSecretRm: ['db'] }).map(({ type }) => type);
  assert.deepEqual(left, ['literal', 'config_map_full_reference']);
  assert.throws(() => mergeReferences(current, { envFromConfigmapRm: ['none'] }), /configmap "none"/);
});
