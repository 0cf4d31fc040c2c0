/**
 * An origin that tells for every message it believes to have got how many there were, and what it took it for. Three
 * ways to read by its argument: `strict` and `lenient` are Node's parser, `gullible` takes what old servers take: bare
 * line feeds, spaces before colons, folded lines, the last of several lengths, chunks wherever the word stands. It listens
 * on a socket of the file system where one is named.
 */
import { createServer } from 'node:http';
import { createServer as createTcpServer, type Socket } from 'node:net';

const { ADDRESS, PORT, SOCKET } = process.env;
const parser = process.argv[2];
let count = 0;

function report(method: string, url: string, { host, body }: { host: string | undefined; body: string }): string {
  count += 1;
  return JSON.stringify({ count, method, url, host, body });
}

const server = parser === 'gullible' ? createTcpServer(serveGullibly) : serveWithNode(parser === 'lenient');
if (SOCKET === undefined) server.listen(Number(PORT), ADDRESS);
else server.listen(SOCKET);
process.on('SIGTERM', () => process.exit(0));

function serveWithNode(insecureHTTPParser: boolean) {
  return createServer({ insecureHTTPParser }, (request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { method = '', url = '', headers } = request;
      response.end(report(method, url, { host: headers.host, body: Buffer.concat(chunks).toString('latin1') }));
    });
  });
}

function serveGullibly(socket: Socket): void {
  let text = '';
  socket.on('error', () => socket.destroy());
  socket.on('data', (bytes) => {
    text += bytes.toString('latin1');
    for (let message = takeMessage(text); message; message = takeMessage(text)) {
      text = message.rest;
      const answer = report(message.method, message.url, message);
      socket.write(`HTTP/1.1 200 OK\r\nContent-Length: ${answer.length}\r\n\r\n${answer}`);
    }
  });
}

/** The first complete message, read in the most trusting way. */
function takeMessage(text: string) {
  const end = /\r?\n\r?\n/.exec(text);
  if (!end) return undefined;
  const [first = '', ...lines] = text.slice(0, end.index).split(/\r?\n/);
  const [method = '', url = ''] = first.split(' ');
  const headers = new Map(
    lines.map((line) => {
      const [name = '', ...value] = line.split(':');
      return [name.trim().toLowerCase(), value.join(':').trim()];
    }),
  );
  const rest = text.slice(end.index + end[0].length);
  const framed = /chunked/i.test(headers.get('transfer-encoding') ?? '')
    ? takeChunks(rest)
    : takeBytes(rest, Number.parseInt(headers.get('content-length') ?? '0', 10) || 0);
  return framed && { method, url, host: headers.get('host'), ...framed };
}

function takeBytes(text: string, length: number) {
  return text.length < length ? undefined : { body: text.slice(0, length), rest: text.slice(length) };
}

function takeChunks(text: string) {
  let body = '';
  for (let rest = text; ;) {
    const line = /^\s*([0-9a-f]+)[^\n]*\n/i.exec(rest);
    if (!line) return undefined;
    const size = Number.parseInt(line[1] ?? '', 16);
    const after = rest.slice(line[0].length);
    if (size === 0) {
      const end = /^(?:[^\r\n]+\r?\n)*\r?\n/.exec(after);
      return end ? { body, rest: after.slice(end[0].length) } : undefined;
    }
    if (after.length < size + 1) return undefined;
    body += after.slice(0, size);
    rest = after.slice(size).replace(/^\r?\n/, '');
  }
}
