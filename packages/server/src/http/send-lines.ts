/**
 * Sends an endless list as newline-delimited JSON or as events: every item leaves as soon as it is there, the source is read no
 * faster than the caller takes (the socket's own buffer is the only one), and the number of streams is bounded. A quiet
 * stream gets a blank line now and then: callers give up on a silent body (Node's fetch after 5 minutes), and a caller
 * that vanished without a word is noticed only by writing.
 */
import type { ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

/** Log streams at once; each holds a socket and a reader of logs. No user takes all of them. */
export const STREAMS_MAX = 64;
export const STREAMS_PER_USER_MAX = 32;
const QUIET_MS_MAX = 60_000;

/** How items are written: one line of JSON each, or server-sent events. */
export const STREAM_FORMS = {
  ndjson: {
    contentType: 'application/x-ndjson',
    render: (item: unknown) => `${JSON.stringify(item)}\n`,
    quiet: { text: '\n', afterMs: QUIET_MS_MAX },
  },
  events: {
    contentType: 'text/event-stream',
    render: renderEvent,
    // Proxies cut a silent connection after half a minute.
    quiet: { text: ': \n\n', afterMs: 15_000 },
  },
} as const;

/** JSON has no line break outside of its escapes, so the data is one line. */
function renderEvent(item: unknown): string {
  const { id, type } = item as { readonly id?: string; readonly type?: string };
  return [
    ...(id === undefined ? [] : [`id: ${id}`]),
    ...(type === undefined ? [] : [`event: ${type}`]),
    `data: ${JSON.stringify(item)}`,
    '\n',
  ].join('\n');
}

/**
 * Resolves when the source has ended, or the signal aborts because the caller left or the platform stops. Rejects when
 * the source failed, and then cuts the connection, so that the caller does not take what came for everything.
 */
export async function sendLines(
  response: ServerResponse,
  lines: AsyncIterable<unknown>,
  options: {
    readonly headers: Readonly<Record<string, string>>;
    readonly signal: AbortSignal;
    readonly form?: keyof typeof STREAM_FORMS;
  },
): Promise<void> {
  const form = STREAM_FORMS[options.form ?? 'ndjson'];
  response.writeHead(200, { ...options.headers, 'content-type': form.contentType });
  response.flushHeaders();
  const quiet = setInterval(() => {
    if (!response.writableNeedDrain) response.write(form.quiet.text);
  }, form.quiet.afterMs);
  let sourceFailed = false;
  async function* text(): AsyncGenerator<string, void> {
    try {
      for await (const line of lines) {
        quiet.refresh();
        yield form.render(line);
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
