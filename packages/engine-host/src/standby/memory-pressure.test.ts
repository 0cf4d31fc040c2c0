import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isShortOfMemory } from './memory-pressure.ts';

const memory = (total: number, available: number) =>
  `MemTotal: ${total} kB\nMemFree: 1 kB\nMemAvailable: ${available} kB\n`;
const pressure = (share: string) => `some avg10=${share} avg60=0.00 avg300=0.00 total=6888\nfull avg10=0.00 total=1\n`;

const CASES: readonly (readonly [pressure: string, memory: string, isShort: boolean])[] = [
  [pressure('0.00'), memory(1000, 500), false],
  [pressure('9.99'), memory(1000, 500), false],
  [pressure('10.00'), memory(1000, 500), true],
  [pressure('0.00'), memory(1000, 49), true],
  ['', memory(1000, 50), false],
  ['', memory(1000, 49), true],
  ['', '', false],
];

for (const [one, other, isShort] of CASES) {
  test(`isShortOfMemory() says ${isShort} for "${one.slice(0, 16)}" and ${other.slice(-16).trim() || 'nothing'}`, () => {
    assert.equal(isShortOfMemory(one, other), isShort);
  });
}
