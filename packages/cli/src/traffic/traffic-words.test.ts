import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseSeconds, parseShares, parseTag, revisionNamed, withoutTag, withTag } from './traffic-words.ts';

const NOW = [{ revision_name: 'web-00001', percent: 100 }];

test('revisionNamed() knows a revision by its number', () => {
  assert.deepEqual(
    ['v2', '12', 'web-00003', 'canary'].map((word) => revisionNamed('web', word)),
    ['web-00002', 'web-00012', 'web-00003', 'canary'],
  );
});

test('parseShares() leaves the rest with the one that has most requests', () => {
  assert.deepEqual(parseShares('web', 'v2=10', NOW), [
    { revision_name: 'web-00002', percent: 10 },
    { revision_name: 'web-00001', percent: 90 },
  ]);
  assert.deepEqual(parseShares('web', 'latest=100', NOW), [{ latest: true, percent: 100 }]);
  assert.deepEqual(parseShares('web', 'v1=40%, v2=60%', NOW), [
    { revision_name: 'web-00001', percent: 40 },
    { revision_name: 'web-00002', percent: 60 },
  ]);
  assert.throws(() => parseShares('web', 'v1=90', NOW), /make 90/);
  assert.throws(() => parseShares('web', 'v1=90,v2=20', NOW), /make 110, at most 100/);
  assert.throws(() => parseShares('web', 'v1', NOW), /Cannot read the share "v1"/);
});

test('parseTag() and its neighbours give a tag to one revision alone', () => {
  const { target } = parseTag('web', 'canary=v2');
  assert.deepEqual(target, { revision_name: 'web-00002', percent: 0, tag: 'canary' });
  assert.deepEqual(parseTag('web', 'next=latest').target, { latest: true, percent: 0, tag: 'next' });
  assert.throws(() => parseTag('web', 'canary'), /Cannot read the tag/);
  const before = [
    { latest: true, percent: 100, tag: 'canary' },
    { revision_name: 'web-00001', percent: 0, tag: 'old' },
  ];
  assert.deepEqual(withTag(before, target), [{ latest: true, percent: 100 }, before[1], target]);
  assert.deepEqual(withoutTag(before, 'old'), [before[0]]);
});

test('parseSeconds() reads seconds, minutes and hours', () => {
  assert.deepEqual(
    ['60', '90s', '5m', '1h'].map((text) => parseSeconds('--interval', text)),
    [60, 90, 300, 3600],
  );
  assert.throws(() => parseSeconds('--interval', 'soon'), /Cannot use --interval "soon"/);
});
