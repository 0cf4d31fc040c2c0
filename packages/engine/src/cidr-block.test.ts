import assert from 'node:assert/strict';
import { test } from 'node:test';
import { covers, formatCidrBlock, parseCidrBlock, type CidrBlock } from './cidr-block.ts';

function block(text: string): CidrBlock {
  const parsed = parseCidrBlock(text);
  assert.ok(parsed, text);
  return parsed;
}

test('parseCidrBlock() reads ranges, and what is none is undefined', () => {
  const good = ['0.0.0.0/0', '10.0.0.0/8', '192.168.1.0/24', '255.255.255.255/32', '128.0.0.0/1'];
  for (const text of good) assert.equal(formatCidrBlock(block(text)), text);
  assert.equal(formatCidrBlock(block('10.1.2.3/8')), '10.0.0.0/8');
  for (const text of ['', '10.0.0.0', '10.0.0/8', '256.0.0.0/8', '10.0.0.0/33', '::/0', '10.0.0.0/8 ', '1.2.3.4/-1']) {
    assert.equal(parseCidrBlock(text), undefined, text);
  }
});

test('covers() says whether one range lies in another', () => {
  const table = [
    ['0.0.0.0/0', '200.1.2.3/32', true],
    ['10.0.0.0/8', '10.255.0.0/16', true],
    ['10.0.0.0/8', '10.0.0.0/8', true],
    ['10.0.0.0/16', '10.0.0.0/8', false],
    ['10.0.0.0/16', '10.1.0.0/24', false],
  ] as const;
  for (const [outer, inner, isCovered] of table) assert.equal(covers(block(outer), block(inner)), isCovered, inner);
});
