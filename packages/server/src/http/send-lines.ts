/**
 * Sends an endless list as newline-delimited JSON: every line leaves as soon as it is there, the source is read no
 * faster than the caller takes (the socket's own buffer is the only one), and the number of streams is bounded. A quiet
 * stream gets a blank line now and then: callers give up on a silent body (Node's fetch after 5 minutes), and a caller
 * that vanished without a word is noticed only by writing.
 */
import type { ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { Refusal } from '@slipway/spec';

/** Streams at once on the whole platform; each holds a socket and a reader of logs. */
export const STREAMS_MAX = 64;
const QUIET_MS_MAX = 60_000;

/** Counts open streams and refuses one too many. */
export class StreamSlots {
  readonly #max: number;
  #open = 0;

  constructor(max: number) {
    this.#max = max;
  }

  /** The returned function gives the slot back. */
  take(): () => void {
    if (this.#open >= this.#max) {
      throw new Refusal('busy', { reason: `${this.#max} log streams are open, which is the limit` });
    }
    this.#open += 1;
    return () => {
      this.#open -= 1;
    };
  }
}

/**
 * Resolves when the source has ended, or the signal aborts because the caller left or the platform stops. Rejects when
 * the source failed, and then cuts the connection, so that the caller does not take what came for everything.
 */
export async function sendLines(
  response: ServerResponse,
  lines: AsyncIterable<unknown>,
  options: { readonly headers: Readonly<Record<string, string>>; readonly signal: AbortSignal },
): Promise<void> {
  response.writeHead(200, { ...options.headers, 'content-type': 'application/x-ndjson' });
  response.flushHeaders();
  const quiet = setInterval(() => {
    if (!response.writableNeedDrain) response.write('\n');
  }, QUIET_MS_MAX);
  let sourceFailed = false;
  async function* text(): AsyncGenerator<string, void> {
    try {
      for await (const line of lines) {
        quiet.refresh();
        yield `${JSON.stringify(line)}\n`;
      }
    } catch (error) {
      sourceFailed = !options.signal.aborted;
      throw error;
    }
  }
  try {
    await pipeline(Readable.from(text(), { highWaterMark: 1 }), response, { signal: options.signal });
  } catch (error) {
    if (sourceFailed || !options.signal.aborted) throw error;
  } finally {
    clearInterval(quiet);
  }
}
