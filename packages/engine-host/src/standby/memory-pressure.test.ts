import assert from 'node:assert/strict';
import { test } from 'node:test';
import { memoryState, type MemoryState } from './memory-pressure.ts';

const memory = (total: number, available: number) =>
  `MemTotal: ${total} kB\nMemFree: 1 kB\nMemAvailable: ${available} kB\n`;
const pressure = (share: string) => `some avg10=${share} avg60=0.00 avg300=0.00 total=6888\nfull avg10=0.00 total=1\n`;

const CASES: readonly (readonly [pressure: string, memory: string, state: MemoryState])[] = [
  [pressure('0.00'), memory(1000, 500), 'ample'],
  [pressure('0.99'), memory(1000, 200), 'ample'],
  [pressure('1.00'), memory(1000, 500), 'low'],
  [pressure('0.00'), memory(1000, 199), 'low'],
  [pressure('9.99'), memory(1000, 500), 'low'],
  [pressure('10.00'), memory(1000, 500), 'short'],
  [pressure('0.00'), memory(1000, 49), 'short'],
  ['', memory(1000, 50), 'low'],
  ['', memory(1000, 49), 'short'],
  ['', '', 'ample'],
];

for (const [one, other, state] of CASES) {
  test(`memoryState() is ${state} for "${one.slice(0, 16)}" and ${other.slice(-16).trim() || 'nothing'}`, () => {
    assert.equal(memoryState(one, other), state);
  });
}
