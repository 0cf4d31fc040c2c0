import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  bridgeName,
  cableName,
  formatAddress,
  hardwareAddress,
  nextAddress,
  parseAddress,
  parseRange,
  projectCountMax,
  subnetOf,
} from './address-plan.ts';

const RANGE = parseRange('10.208.0.0/12');

test('subnetOf() gives project n the n-th block, its first address to the bridge', () => {
  const { cidr, gateway, first, last } = subnetOf(RANGE, 24, 258);
  assert.deepEqual(
    [cidr, gateway, formatAddress(first), formatAddress(last)],
    ['10.209.2.0/24', '10.209.2.1', '10.209.2.2', '10.209.2.254'],
  );
  assert.equal(projectCountMax(RANGE, 24), 4095);
});

test('parseRange() refuses what is no range', () => {
  for (const text of ['10.0.0.0', '10.0.0.1/8', '10.0.0/8', '300.0.0.0/8', '10.0.0.0/31']) {
    assert.throws(() => parseRange(text), TypeError, text);
  }
});

test('device names fit into 15 characters for the longest platform id and the last project and address', () => {
  assert.equal(bridgeName('abcde', 65_535), 'sw-abcde-p65535');
  assert.ok(cableName('abcde', 2 ** 24 - 1).length <= 15);
  assert.throws(() => bridgeName('abcdef', 65_535), /at most 15 characters/);
});

test('hardwareAddress() is made from the address alone', () => {
  assert.equal(hardwareAddress(parseAddress('10.201.3.254')), '0a:58:0a:c9:03:fe');
});

test('nextAddress() goes round the block, skips the used, and ends when all are', () => {
  const subnet = subnetOf(RANGE, 29, 0);
  const [first, last] = [subnet.first, subnet.last];
  assert.equal(nextAddress(subnet, 0, new Set()), first);
  assert.equal(nextAddress(subnet, first, new Set()), first + 1);
  assert.equal(nextAddress(subnet, last, new Set()), first);
  assert.equal(nextAddress(subnet, last - 1, new Set([last, first])), first + 1);
  const all = new Set(Array.from({ length: last - first + 1 }, (_, index) => first + index));
  assert.equal(nextAddress(subnet, first, all), undefined);
});
