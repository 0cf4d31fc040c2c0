import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bridgeFinding } from './bridge-check.ts';

test('bridgeFinding() is content with rules that were taken', () => {
  assert.equal(bridgeFinding(undefined, true).state, 'ok');
});

test('bridgeFinding() names the option of the kernel where root is refused, and asks everybody else to be root', () => {
  const refused = 'Cannot run "nft": Error: Could not process rule: Operation not supported';
  const asRoot = bridgeFinding(refused, true);
  assert.equal(asRoot.state, 'failed');
  assert.equal(asRoot.detail, `${refused}: the kernel refuses rules for bridges`);
  assert.match(asRoot.fix ?? '', /modprobe nf_tables.* boot a kernel with CONFIG_NF_TABLES_BRIDGE/);
  const asOther = bridgeFinding('Operation not permitted (you must be root)', false);
  assert.deepEqual([asOther.state, asOther.fix], ['failed', 'Run it with sudo']);
});
