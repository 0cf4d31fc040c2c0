/**
 * Sends a body of so many bytes and prints the answer's; a process of its own, so that its memory is not ours.
 * Arguments: port, host, bytes, framing (`length` or `chunked`).
 */
import { request as httpRequest } from 'node:http';
import { pipeline } from 'node:stream/promises';
import { Readable } from 'node:stream';

const [port, host = '', size = '0', framing] = process.argv.slice(2);
const BLOCK = Buffer.alloc(256 * 1024, 'x');

function* blocks(bytes: number): Generator<Buffer> {
  for (let left = bytes; left > 0; left -= BLOCK.length) yield BLOCK.subarray(0, Math.min(left, BLOCK.length));
}

const length = framing === 'length' ? { 'content-length': size } : {};
const request = httpRequest({ host: '127.0.0.1', port, method: 'PUT', path: '/', headers: { host, ...length } });
request.on('response', (response) => response.pipe(process.stdout));
await pipeline(Readable.from(blocks(Number(size))), request);
