import assert from 'node:assert/strict';
import test from 'node:test';
import { ApiUnreachable } from './api-problem.ts';
import { parseNdjson } from './ndjson.ts';

const encoder = new TextEncoder();

async function read(chunks: readonly (string | Uint8Array)[]): Promise<unknown[]> {
  async function* bytes() {
    for (const chunk of chunks) yield typeof chunk === 'string' ? encoder.encode(chunk) : chunk;
  }
  const items: unknown[] = [];
  for await (const item of parseNdjson(bytes())) items.push(item);
  return items;
}

test('parseNdjson() joins lines that arrive in pieces', async () => {
  assert.deepEqual(await read(['{"a":', '1}\n{"a":2}\n{"a"', ':3}']), [{ a: 1 }, { a: 2 }, { a: 3 }]);
});

test('parseNdjson() joins a character whose bytes arrive apart', async () => {
  const bytes = encoder.encode('"ü"\n');
  assert.deepEqual(await read([bytes.subarray(0, 2), bytes.subarray(2)]), ['ü']);
});

test('parseNdjson() skips the blank lines of a quiet stream', async () => {
  assert.deepEqual(await read(['\n\n1\n', '\n2\n\n']), [1, 2]);
});

test('parseNdjson() calls a line that is not JSON a broken answer', async () => {
  await assert.rejects(read(['{"a":1}\n{"a"\n']), (error) => {
    assert.ok(error instanceof ApiUnreachable);
    assert.equal(error.reason, 'broken');
    return true;
  });
});
