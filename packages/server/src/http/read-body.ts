/** Reads the body of one request, bounded: a JSON document whole, an upload as a stream that is never gathered. */
import type { IncomingMessage } from 'node:http';
import { BODY_BYTES_MAX, Refusal, SOURCE_LIMITS, type Operation } from '@slipway/spec';

const FORM_BYTES_MAX = 16 * 1024;
const JSON_TYPES = ['application/json'] as const;
const PATCH_TYPES = ['application/merge-patch+json', 'application/json'] as const;
const UPLOAD_TYPES = [
  'application/octet-stream',
  'application/x-tar',
  'application/gzip',
  'application/x-gzip',
] as const;

/** The parsed JSON, not yet checked against a schema. */
export async function readJsonBody(request: IncomingMessage, operation: Operation): Promise<unknown> {
  checkContentType(request, operation.bodyKind === 'merge-patch' ? PATCH_TYPES : JSON_TYPES);
  const chunks: Uint8Array[] = [];
  const fix = 'Send a smaller document';
  for await (const chunk of boundedBytes(request, { bytesMax: BODY_BYTES_MAX, fix })) chunks.push(chunk);
  return parseObject(Buffer.concat(chunks));
}

/** Fields of a form; no credential is longer than the bound. */
export async function readForm(request: IncomingMessage): Promise<URLSearchParams> {
  checkContentType(request, ['application/x-www-form-urlencoded']);
  const chunks: Uint8Array[] = [];
  const bound = { bytesMax: FORM_BYTES_MAX, fix: 'Send only the fields of the form' };
  for await (const chunk of boundedBytes(request, bound)) chunks.push(chunk);
  return new URLSearchParams(Buffer.concat(chunks).toString('utf8'));
}

/** The bytes as they arrive; the reader's pace is the sender's. */
export function readUpload(request: IncomingMessage): AsyncIterable<Uint8Array> {
  checkContentType(request, UPLOAD_TYPES);
  const fix = 'Leave large folders out with a .ceignore file';
  return boundedBytes(request, { bytesMax: SOURCE_LIMITS.bytesMax, fix });
}

function checkContentType(request: IncomingMessage, allowed: readonly string[]): void {
  const header = request.headers['content-type'] ?? '';
  const mediaType = (header.split(';')[0] ?? '').trim().toLowerCase();
  if (allowed.includes(mediaType)) return;
  const shown = mediaType === '' ? 'none' : mediaType.slice(0, 100);
  throw new Refusal('unsupported_content_type', { content_type: shown, expected: allowed.join(' or ') });
}

/** Refuses at once what announces too much, and later what sends more than it may. */
function boundedBytes(
  request: IncomingMessage,
  bound: { readonly bytesMax: number; readonly fix: string },
): AsyncIterable<Uint8Array> {
  const tooLarge = () => new Refusal('body_too_large', { limit_bytes: bound.bytesMax, fix: bound.fix });
  if (Number(request.headers['content-length'] ?? 0) > bound.bytesMax) throw tooLarge();
  async function* bytes(): AsyncGenerator<Uint8Array, void> {
    let received = 0;
    // The rest of a body that is refused half-way is read off and dropped, so that its sender gets to see the answer.
    for await (const chunk of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Uint8Array>) {
      received += chunk.length;
      if (received > bound.bytesMax) throw tooLarge();
      yield chunk;
    }
  }
  return bytes();
}

function parseObject(bytes: Buffer): unknown {
  const invalid = (reason: string, options?: ErrorOptions) => new Refusal('invalid_body', { reason }, options);
  if (bytes.length === 0) throw invalid('it is empty');
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (error) {
    throw invalid('it is not UTF-8', { cause: error });
  }
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch (error) {
    const where = error instanceof SyntaxError ? (/position \d+/.exec(error.message)?.[0] ?? 'its end') : 'its end';
    throw invalid(`it is not JSON (at ${where})`, { cause: error });
  }
  if (typeof parsed !== 'object' || parsed === null) throw invalid('it is not a JSON object');
  if (Array.isArray(parsed)) throw invalid('it is a list');
  return parsed;
}
