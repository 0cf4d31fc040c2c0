import assert from 'node:assert/strict';
import { test } from 'node:test';
import { changesMounts, mergeMounts } from './volume-mounts.ts';

const SETTINGS = { type: 'config_map', reference: 'settings', mount_path: '/etc/app' } as const;
const TOKENS = { type: 'secret', reference: 'tokens', mount_path: '/etc/tokens' } as const;

test('mergeMounts() adds, replaces by folder, drops, and keeps the rest', () => {
  const both = { mountConfigmap: ['/etc/app=settings'], mountSecret: ['/etc/tokens=tokens'] };
  assert.deepEqual(mergeMounts([], both), [SETTINGS, TOKENS]);
  assert.deepEqual(mergeMounts([SETTINGS, TOKENS], { mountSecret: ['/etc/app=other'] }), [
    TOKENS,
    { ...SETTINGS, type: 'secret', reference: 'other' },
  ]);
  assert.deepEqual(mergeMounts([SETTINGS, TOKENS], { mountRm: ['/etc/app'] }), [TOKENS]);
  assert.deepEqual(mergeMounts([], { mountSecret: ['/a=b=tokens'] })[0]?.mount_path, '/a=b');
  assert.equal(changesMounts({}), false);
  assert.equal(changesMounts({ mountRm: [] }), true);
});

test('mergeMounts() says what is wrong with what was typed', () => {
  for (const text of ['settings', '=settings', '/etc/app=', '']) {
    assert.throws(
      () => mergeMounts([], { mountConfigmap: [text] }),
      /Cannot use --mount-configmap ".*": it must be DIR=NAME/,
    );
  }
  assert.throws(() => mergeMounts([SETTINGS], { mountRm: ['/etc'] }), /nothing is mounted there/);
});
