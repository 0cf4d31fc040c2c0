import assert from 'node:assert/strict';
import { test } from 'node:test';
import { addTotals, groupOf, nodeTestArguments, parseTestArguments, renderTotals, shareOut } from './test-plan.ts';
import type { TestRecord } from './test-totals-reporter.ts';

const record = (outcome: TestRecord['outcome'], reason = ''): TestRecord => ({ name: 'a', file: 'f', outcome, reason });

test('groupOf() sorts a test by its place and name', () => {
  assert.equal(groupOf('packages/spec/src/errors.test.ts'), 'unit');
  assert.equal(groupOf('packages/engine-host/src/instance/start.host.test.ts'), 'host');
  assert.equal(groupOf('test/deploy.test.ts'), 'e2e');
  assert.equal(groupOf('test/platform.ts'), undefined);
});

test('parseTestArguments() takes every group when none is chosen', () => {
  assert.deepEqual(parseTestArguments([]), { groups: ['unit', 'host', 'e2e'], words: [] });
  assert.deepEqual(parseTestArguments(['--host', 'start']), { groups: ['host'], words: ['start'] });
  assert.throws(() => parseTestArguments(['--slow']), /Cannot run --slow: choose from --unit, --host, --e2e/);
});

test('nodeTestArguments() isolates everything but unit tests', () => {
  const options = { totalsPath: '/t', reporterPath: './r.ts' };
  assert.ok(nodeTestArguments('unit', ['a.test.ts'], options).includes('--test-isolation=none'));
  assert.ok(nodeTestArguments('host', ['a.host.test.ts'], options).includes('--test-concurrency=1'));
  assert.equal(nodeTestArguments('e2e', ['test/a.test.ts'], options).at(-1), 'test/a.test.ts');
});

test('shareOut() gives each unit test to one of two processes, and all others to one', () => {
  assert.deepEqual(shareOut('unit', ['a', 'b', 'c']), [['a', 'c'], ['b']]);
  assert.deepEqual(shareOut('unit', ['a']), [['a']]);
  assert.deepEqual(shareOut('host', ['a', 'b']), [['a', 'b']]);
});

test('renderTotals() sums passed, failed and skipped tests in one line', () => {
  assert.equal(renderTotals(addTotals([record('passed'), record('failed')])), '1 passed, 1 failed');
  const totals = addTotals([record('passed'), record('skipped', 'needs a kernel with idmapped mounts')]);
  assert.equal(renderTotals(totals), '1 passed, 0 failed, 1 skipped');
});
