/**
 * Reads newline-delimited JSON as it arrives: each line is handed out once it is complete, blank lines (which keep a
 * quiet stream alive) are skipped, and a line that never ends is refused instead of filling the memory.
 */
import { ApiUnreachable } from './api-problem.ts';

/** Longer than any line the platform writes; a log line is cut far below. */
const LINE_CHARACTERS_MAX = 4 * 1024 * 1024;

export async function* parseNdjson<Item>(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Item, void> {
  for await (const line of linesOf(chunks)) if (line !== '') yield parseJson<Item>(line);
}

/** The lines of a text as they are complete, without their ends. */
export async function* linesOf(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<string, void> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of chunks) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n');
    rest = lines.pop() ?? '';
    if (rest.length > LINE_CHARACTERS_MAX) throw brokenLine(`a line is longer than ${LINE_CHARACTERS_MAX} characters`);
    yield* lines;
  }
  rest += decoder.decode();
  if (rest !== '') yield rest;
}

export function parseJson<Item>(line: string): Item {
  try {
    return JSON.parse(line) as Item;
  } catch (error) {
    throw brokenLine('a line is not JSON', { cause: error });
  }
}

function brokenLine(what: string, options?: ErrorOptions): ApiUnreachable {
  return new ApiUnreachable('broken', `Cannot read the stream: ${what}`, options);
}
