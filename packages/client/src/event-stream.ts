/** Reads server-sent events as they arrive: the data of each is one object. Source: HTML, "Server-sent events". */
import { linesOf, parseJson } from './ndjson.ts';

export async function* parseEvents<Item>(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Item, void> {
  let data: string[] = [];
  for await (const text of linesOf(chunks)) {
    const line = text.replace(/\r$/, '');
    if (line.startsWith('data:')) data.push(line.slice('data:'.length).replace(/^ /, ''));
    if (line !== '' || data.length === 0) continue;
    yield parseJson<Item>(data.join('\n'));
    data = [];
  }
}
