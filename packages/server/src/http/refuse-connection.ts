/**
 * Answers what is not HTTP, or not in time, before any route sees it: the same envelope as every other refusal, then the
 * connection ends, because nobody knows where the next request would begin.
 */
import { randomBytes } from 'node:crypto';
import { STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { Refusal } from '@slipway/spec';
import { problemFor } from './problem.ts';

const TRACE_BYTES = 16;

/** Names a request in the log and in what its caller is told. */
export function newTrace(): string {
  return `codeengine-api-${randomBytes(TRACE_BYTES).toString('hex')}`;
}

export function refuseConnection(error: Error & { readonly code?: string }, socket: Duplex): void {
  if (error.code === 'ECONNRESET' || socket.destroyed || !socket.writable) return;
  const trace = newTrace();
  const { status, body } = problemFor(refusalFor(error), trace);
  const text = JSON.stringify(body);
  const head = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}`,
    'content-type: application/json; charset=utf-8',
    `content-length: ${Buffer.byteLength(text)}`,
    `x-request-id: ${trace}`,
    'cache-control: no-store',
    'connection: close',
  ];
  socket.end(`${head.join('\r\n')}\r\n\r\n${text}`);
}

/** Source: the codes of Node's parser (llhttp) and of its server's time limits. */
function refusalFor(error: Error & { readonly code?: string }): Refusal {
  switch (error.code ?? '') {
    case 'HPE_HEADER_OVERFLOW':
    case 'HPE_CHUNK_EXTENSIONS_OVERFLOW':
      return new Refusal('headers_too_large', {}, { cause: error });
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return new Refusal('request_timeout', {}, { cause: error });
    default:
      return new Refusal('malformed_request', {}, { cause: error });
  }
}
