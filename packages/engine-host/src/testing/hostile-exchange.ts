/** What a hostile client does with its bytes, and what it and its victim made of them. */
import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { until } from './engine-bed.ts';
import type { HostileRequest } from './hostile-requests.ts';
import { streamEnd } from './http2-frames.ts';

/** A message that one side takes for complete and the other does not would wait for ever. */
const ANSWER_WAIT_MAX_MS = 20_000;
const REFUSALS: readonly number[] = [400, 404, 405, 501];
const MODERN_LINE = /^HTTP\/1\.[01] (\d{3}) /;

export interface Seen {
  readonly count: number;
  readonly method: string;
  readonly url: string;
  readonly host: string;
}

export interface Outcome {
  /** What the client got from the app, in order. */
  readonly messages: readonly Seen[];
  /** The first answer that was not from the app. */
  readonly refusal: number | undefined;
}

/** With the honest request that follows on the same connection. */
export function requestBytes({ bytes }: HostileRequest, host: string): string {
  const end = 'GET /end HTTP/1.1\r\nHost: HOST\r\nConnection: close\r\n\r\n';
  return `${bytes}${end}`.replaceAll('HOST', host);
}

/** Everything the edge sends until it closes. */
export async function sendBytes(port: number, text: string): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  const chunks: Buffer[] = [];
  socket.on('data', (chunk) => chunks.push(chunk));
  const closed = new Promise<void>((resolve) => socket.on('close', () => resolve()));
  socket.on('error', () => socket.destroy());
  socket.write(Buffer.from(text, 'latin1'));
  const waiting = new AbortController();
  const late = sleep(ANSWER_WAIT_MAX_MS, 'late', { signal: waiting.signal }).catch(() => 'closed');
  const ended = await Promise.race([closed, late]);
  waiting.abort();
  socket.destroy();
  const got = Buffer.concat(chunks).toString('latin1');
  assert.notEqual(ended, 'late', `the edge waits for more; until then it said ${JSON.stringify(got)}`);
  return got;
}

export function parseOutcome(text: string): Outcome {
  const messages: Seen[] = [];
  let refusal: number | undefined;
  for (let rest = text; rest !== '';) {
    const status = Number(MODERN_LINE.exec(rest)?.[1] ?? 0);
    const headEnd = rest.indexOf('\r\n\r\n') + 4;
    // Without a length the body ends with the connection, as in HTTP/1.0.
    const length = Number(/^content-length: (\d+)\r$/im.exec(rest.slice(0, headEnd))?.[1] ?? rest.length);
    const body = rest.slice(headEnd, headEnd + length);
    if (status === 200) messages.push(JSON.parse(body) as Seen);
    else refusal ??= status;
    rest = rest.slice(headEnd + length);
  }
  return { messages, refusal };
}

/** All that came until the edge said what it makes of the request. */
export async function sendHttp2(port: number, bytes: Buffer): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  let received = Buffer.alloc(0);
  let isClosed = false;
  socket.on('data', (chunk) => (received = Buffer.concat([received, chunk])));
  socket.on('close', () => (isClosed = true));
  socket.on('error', () => socket.destroy());
  socket.write(bytes);
  await until('the edge ends the stream', () => isClosed || streamEnd(received) !== undefined);
  socket.destroy();
  return received.toString('latin1');
}

/** Both sides count the same messages, and no others than may come of it. */
export function checkOutcome(expected: HostileRequest['outcome'], outcome: Outcome, received: number): void {
  const told = outcome.messages.map(({ method, url }) => `${method} ${url}`);
  assert.equal(
    received,
    told.length,
    `the app had ${received} messages, the edge ${told.join(', ') || 'none'} and ${outcome.refusal}`,
  );
  if (expected !== 'refused') {
    assert.deepEqual(told, expected);
    return;
  }
  // One that is understood and answered without the app leaves the connection as it is.
  assert.ok(told.every((message) => message === 'GET /end') && told.length < 2, told.join(', '));
  assert.ok(REFUSALS.includes(outcome.refusal ?? 0), `refused with ${outcome.refusal}: ${told.join(', ')}`);
}
