import assert from 'node:assert/strict';
import { test } from 'node:test';
import { disjointRanges, isClosedRange, isOpenableRange, outboundRulesFor } from './outbound.ts';

const SHOP = { projectId: 'shop', ranges: [] };

test('outboundRulesFor() takes "everything" for the internet, and opens nothing private by it', () => {
  const ranges = [{ cidr: '10.20.0.0/16' }];
  assert.deepEqual(outboundRulesFor(['0.0.0.0/0'], { ...SHOP, ranges }), {
    publicRanges: ['0.0.0.0/0'],
    privateRanges: [],
  });
  assert.deepEqual(outboundRulesFor([], SHOP), { publicRanges: [], privateRanges: [] });
});

test('outboundRulesFor() opens what a project names and the operator opened for it, and no address more', () => {
  const table = [
    ['10.20.3.0/24', [{ cidr: '10.20.0.0/16' }], ['10.20.3.0/24']],
    ['10.0.0.0/8', [{ cidr: '10.20.0.0/16' }, { cidr: '192.168.1.0/24' }], ['10.20.0.0/16']],
    ['10.21.0.0/16', [{ cidr: '10.20.0.0/16' }], []],
    ['10.20.0.0/16', [{ cidr: '10.20.0.0/16', projects: ['blog'] }], []],
    ['10.20.0.0/16', [{ cidr: '10.20.0.0/16', projects: ['blog', 'shop'] }], ['10.20.0.0/16']],
  ] as const;
  for (const [destination, ranges, open] of table) {
    const { privateRanges, publicRanges } = outboundRulesFor([destination], { projectId: 'shop', ranges });
    assert.deepEqual([privateRanges, publicRanges], [open, []], destination);
  }
});

test('disjointRanges() leaves out what others hold', () => {
  assert.deepEqual(disjointRanges(['10.1.0.0/16', '10.0.0.0/8', '10.1.0.0/16', '9.9.9.9/32']), [
    '10.0.0.0/8',
    '9.9.9.9/32',
  ]);
});

test('isClosedRange() and isOpenableRange() tell public, private and never to be opened apart', () => {
  for (const cidr of ['10.0.0.0/8', '169.254.169.254/32', '127.0.0.0/8', '168.63.129.16/32']) {
    assert.ok(isClosedRange(cidr), cidr);
  }
  for (const cidr of ['0.0.0.0/0', '8.8.8.8/32', '8.0.0.0/5']) assert.ok(!isClosedRange(cidr), cidr);
  for (const cidr of ['10.0.0.0/8', '192.168.4.0/24', '100.64.0.0/10']) assert.ok(isOpenableRange(cidr), cidr);
  for (const cidr of ['169.254.0.0/16', '127.0.0.1/32', '0.0.0.0/0', '8.8.8.0/24', '10.0.0.1/8', 'x']) {
    assert.ok(!isOpenableRange(cidr), cidr);
  }
});
