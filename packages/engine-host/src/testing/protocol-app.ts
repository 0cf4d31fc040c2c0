/**
 * A program that speaks what the edge has to carry: events, uploads of any size, trailers, `Expect`, WebSocket, and with
 * the argument `h2c` gRPC over HTTP/2 without TLS. It keeps nothing of a body.
 */
import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createHttp2Server, type ServerHttp2Stream } from 'node:http2';

const { ADDRESS, PORT } = process.env;
/** What `/next` lets go on. */
const waiting: (() => void)[] = [];

if (process.argv[2] === 'h2c') serveGrpc();
else serveHttp1();

function serveHttp1(): void {
  const server = createServer((request, response) => void answer(request, response));
  server.on('checkContinue', (request, response) => {
    if (request.url === '/refuse') {
      response.writeHead(417, { connection: 'close' }).end('too much');
      return;
    }
    response.writeContinue();
    void answer(request, response);
  });
  server.on('upgrade', (request, socket) => {
    const key = `${request.headers['sec-websocket-key']}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`;
    const accept = createHash('sha1').update(key).digest('base64');
    socket.write(
      `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`,
    );
    // The last frame is the one that closes, opcode 8.
    socket.on('data', (frame: Buffer) => {
      socket.write(echoFrame(frame));
      if (((frame[0] ?? 0) & 0x0f) === 8) socket.end();
    });
    socket.on('error', () => socket.destroy());
  });
  server.requestTimeout = 0;
  endWith(server.listen(Number(PORT), ADDRESS));
}

/** A masked frame below 126 bytes, sent back unmasked. Source: RFC 6455 section 5.2. */
function echoFrame(frame: Buffer): Buffer {
  const length = (frame[1] ?? 0) & 0x7f;
  const payload = frame.subarray(6, 6 + length).map((byte, at) => byte ^ (frame[2 + (at % 4)] ?? 0));
  return Buffer.concat([Buffer.from([frame[0] ?? 0, length]), payload]);
}

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { pathname, searchParams } = new URL(request.url ?? '/', 'http://app');
  if (pathname === '/next') {
    waiting.shift()?.();
    response.end('went on');
    return;
  }
  if (pathname === '/events') {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.write('data: first\n\n');
    await new Promise<void>((resolve) => void waiting.push(resolve));
    response.end('data: second\n\n');
    return;
  }
  let bytes = 0;
  for await (const chunk of request) bytes += (chunk as Buffer).length;
  await new Promise((resolve) => setTimeout(resolve, Number(searchParams.get('ms') ?? 0)));
  const { trailers, headers, method, httpVersion } = request;
  response.writeHead(200, { 'content-type': 'application/json', trailer: 'x-bytes' });
  response.addTrailers({ 'x-bytes': String(bytes) });
  response.end(JSON.stringify({ bytes, trailers, headers, method, httpVersion }));
}

/** One message back for each that comes, then the status in trailers; `/fails` answers with trailers alone. */
function serveGrpc(): void {
  const server = createHttp2Server();
  server.on('stream', (stream: ServerHttp2Stream, headers) => {
    if (headers[':path'] === '/fails') {
      stream.respond({ ':status': 200, 'content-type': 'application/grpc', 'grpc-status': '5' }, { endStream: true });
      return;
    }
    stream.respond({ ':status': 200, 'content-type': 'application/grpc' }, { waitForTrailers: true });
    stream.on('wantTrailers', () =>
      stream.sendTrailers({ 'grpc-status': '0', 'x-te': String(headers['te']), 'x-path': headers[':path'] ?? '' }),
    );
    stream.on('error', () => stream.destroy());
    stream.pipe(stream);
  });
  endWith(server.listen(Number(PORT), ADDRESS));
}

function endWith(server: { close(): void }): void {
  process.on('SIGTERM', () => {
    server.close();
    process.exit(0);
  });
}
