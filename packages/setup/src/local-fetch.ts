/**
 * fetch() as far as the API of this machine's platform needs it, on `node:http`: Node.js loads and compiles a whole library
 * for its own at the first call, which every command would pay. Fails as fetch() does: a TypeError with its cause.
 */
import { Agent, type IncomingMessage, request } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

export interface LocalRequest {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
  readonly body?: string | Uint8Array | Blob | AsyncIterable<Uint8Array>;
}

export interface LocalAnswer {
  readonly ok: boolean;
  readonly status: number;
  /** Read once, by this or by `text`. */
  readonly body: AsyncIterable<Uint8Array>;
  text(): Promise<string>;
}

/** Calls of one command go over one connection, one after the other; it does not keep the program running. */
const AGENT = new Agent({ keepAlive: true });

export async function localFetch(url: string, init: LocalRequest = {}): Promise<LocalAnswer> {
  const { method = 'GET', headers, signal, body } = init;
  signal?.throwIfAborted();
  const { promise: answered, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  const sent = request(url, {
    method,
    agent: AGENT,
    headers: { ...headers, ...lengthOf(body) },
    ...(signal && { signal }),
  });
  sent.once('response', resolve);
  sent.once('error', reject);
  try {
    // An answer may come before all was sent; then it says why.
    if (body === undefined || typeof body === 'string' || body instanceof Uint8Array) sent.end(body);
    else pipeline(Readable.from(body instanceof Blob ? body.stream() : body), sent).catch(reject);
    const answer = await answered;
    const status = answer.statusCode ?? 0;
    if (status >= 300 && status < 400) {
      answer.destroy();
      throw new Error(`unexpected redirect with status ${status}`);
    }
    const bytes = chunksOf(answer);
    return { ok: status >= 200 && status < 300, status, body: bytes, text: () => textOf(bytes) };
  } catch (error) {
    throw failed(error);
  }
}

function lengthOf(body: LocalRequest['body']): Readonly<Record<string, string>> {
  if (typeof body === 'string') return { 'content-length': String(Buffer.byteLength(body)) };
  if (body instanceof Uint8Array) return { 'content-length': String(body.length) };
  return body instanceof Blob ? { 'content-length': String(body.size) } : {};
}

async function* chunksOf(answer: IncomingMessage): AsyncGenerator<Uint8Array, void> {
  try {
    for await (const chunk of answer) yield chunk as Buffer;
  } catch (error) {
    throw failed(error);
  }
}

async function textOf(chunks: AsyncIterable<Uint8Array>): Promise<string> {
  const parts: Uint8Array[] = [];
  for await (const chunk of chunks) parts.push(chunk);
  return Buffer.concat(parts).toString('utf8');
}

function failed(cause: unknown): unknown {
  return cause instanceof Error && cause.name === 'AbortError' ? cause : new TypeError('fetch failed', { cause });
}
