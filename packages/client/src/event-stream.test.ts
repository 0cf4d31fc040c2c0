import assert from 'node:assert/strict';
import test from 'node:test';
import { parseEvents } from './event-stream.ts';

async function parsed(...parts: readonly string[]): Promise<readonly unknown[]> {
  async function* chunks() {
    for (const part of parts) yield new TextEncoder().encode(part);
  }
  const events: unknown[] = [];
  for await (const event of parseEvents(chunks())) events.push(event);
  return events;
}

test('parseEvents() reads the data of each event, however the bytes are cut, and skips comments', async () => {
  const text = ': \n\nid: a-1\nevent: added\ndata: {"n":1}\n\n: \r\n\r\ndata:{"n":\r\ndata: 2}\r\n\r\n';
  for (let at = 0; at <= text.length; at += 1)
    assert.deepEqual(await parsed(text.slice(0, at), text.slice(at)), [{ n: 1 }, { n: 2 }], `cut at ${at}`);
});

test('parseEvents() drops an event that was cut short', async () => {
  assert.deepEqual(await parsed('data: {"n":1}\n\ndata: {"n":2}\n'), [{ n: 1 }]);
});
