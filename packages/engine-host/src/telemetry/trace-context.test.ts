import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isSampled, parseTraceparent } from './trace-context.ts';

const IDS = '0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331';
const [traceId, spanId] = IDS.split('-');

test('parseTraceparent() reads version 00, and of later versions what 00 has', () => {
  for (const header of [`00-${IDS}-01`, `01-${IDS}-01`, `cc-${IDS}-01-what comes`, `fe-${IDS}-f9`])
    assert.deepEqual(parseTraceparent(header), { traceId, spanId, flags: 1 }, header);
  assert.equal(parseTraceparent(`00-${IDS}-ff`)?.flags, 3);
  assert.equal(parseTraceparent(`00-${IDS}-00`)?.flags, 0);
});

test('parseTraceparent() takes nothing that the standard calls invalid', () => {
  const zeros = [
    `00-${'0'.repeat(32)}-b7ad6b7169203331-01`,
    `00-0af7651916cd43dd8448eb211c80319c-${'0'.repeat(16)}-01`,
  ];
  const shapes = ['', `00-${IDS}`, `00-${IDS}-1`, `00-${IDS}-01-x`, `ff-${IDS}-01`, `0-${IDS}-01`, `cc-${IDS}-011`];
  const letters = [`00-${IDS.toUpperCase()}-01`, `00-${IDS}-0g`, `00-${IDS}-01\n`, ` 00-${IDS}-01`, `00_${IDS}_01`];
  for (const header of [...zeros, ...shapes, ...letters]) assert.equal(parseTraceparent(header), undefined, header);
});

test('isSampled() looks at the one flag that says so', () => {
  assert.deepEqual(
    [0, 1, 2, 3].map((flags) => isSampled({ flags })),
    [false, true, false, true],
  );
});
