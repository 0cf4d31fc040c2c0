import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decideStandby, type StandbyDecision, type StandbyEntry, type StandbyScene } from './decide-standby.ts';

function frozen(name: string, lastUsedAtMs: number, memoryBytes = 50, projectId = 'p'): StandbyEntry {
  return { name, ownerId: `of ${name}`, projectId, tier: 'frozen', memoryBytes, lastUsedAtMs };
}

function wish(ownerId: string, lastUsedAtMs: number, projectId = 'p') {
  return { ownerId, projectId, lastUsedAtMs };
}

const ROOMY = { memoryBytesMax: 1000, entriesMax: 10, entriesPerProjectMax: 10 };

const CASES: readonly (readonly [title: string, scene: Partial<StandbyScene>, decision: StandbyDecision])[] = [
  ['does nothing when nothing sleeps', {}, { evict: [], prepare: undefined }],
  ['keeps what fits', { entries: [frozen('a', 1)] }, { evict: [], prepare: undefined }],
  ['prepares for the most recently used first', { wishes: [wish('a', 1), wish('b', 2)] }, { evict: [], prepare: 'b' }],
  [
    'evicts the longest unused first when memory is short',
    { entries: [frozen('b', 2), frozen('a', 1), frozen('c', 3)], bounds: { ...ROOMY, memoryBytesMax: 60 } },
    { evict: ['a', 'b'], prepare: undefined },
  ],
  [
    'keeps a small old one where a large newer one does not fit',
    { entries: [frozen('large', 2, 500), frozen('small', 1, 10)], bounds: { ...ROOMY, memoryBytesMax: 60 } },
    { evict: ['large'], prepare: undefined },
  ],
  [
    'gives up an older entry for a newer wish',
    { entries: [frozen('a', 1)], wishes: [wish('b', 2)], bounds: { ...ROOMY, memoryBytesMax: 55 } },
    { evict: ['a'], prepare: 'b' },
  ],
  [
    'does not give up a newer entry for an older wish',
    { entries: [frozen('a', 2)], wishes: [wish('b', 1)], bounds: { ...ROOMY, memoryBytesMax: 55 } },
    { evict: [], prepare: undefined },
  ],
  [
    'keeps to the count of the platform',
    { entries: [frozen('a', 1), frozen('b', 2)], wishes: [wish('c', 0)], bounds: { ...ROOMY, entriesMax: 1 } },
    { evict: ['a'], prepare: undefined },
  ],
  [
    'keeps to the count of a project, and not at the cost of others',
    {
      entries: [frozen('a', 1), frozen('b', 2)],
      wishes: [wish('c', 0, 'other')],
      bounds: { ...ROOMY, entriesPerProjectMax: 1 },
    },
    { evict: ['a'], prepare: 'c' },
  ],
  [
    'gives everything up without memory',
    { entries: [frozen('a', 1), frozen('b', 2)], wishes: [wish('c', 3)], bounds: { ...ROOMY, memoryBytesMax: 0 } },
    { evict: ['a', 'b'], prepare: undefined },
  ],
  [
    'under pressure gives up one at a time and prepares nothing',
    { entries: [frozen('a', 1), frozen('b', 2)], wishes: [wish('c', 3)], isPressed: true },
    { evict: ['a'], prepare: undefined },
  ],
];

for (const [title, scene, decision] of CASES) {
  test(`decideStandby() ${title}`, () => {
    const base = { entries: [], wishes: [], bounds: ROOMY, sandboxBytes: 10, isPressed: false };
    assert.deepEqual(decideStandby({ ...base, ...scene }), decision);
  });
}
