/**
 * The program that tests run as an app. It counts the requests it has at once and says in every answer the most it ever
 * had, its instance and what it received. `MODE` makes it misbehave.
 */
import { existsSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { basename, dirname, join } from 'node:path';
import { answerProbe } from './probed-health.ts';

const { ADDRESS, PORT, INSTANCE, EXIT_CODE, WORK_MS, HEALTH_PORT } = process.env;
const MODE = process.argv[2] ?? process.env['MODE'];
let inFlight = 0;
let inFlightMost = 0;

/** Health on a port of its own; closed when it is told to. */
const healthServer = createServer((request, response) => {
  if (!answerProbe(request, response)) healthServer.close();
});
if (HEALTH_PORT !== undefined) healthServer.listen(Number(HEALTH_PORT), ADDRESS);

const server = createServer((request, response) => {
  inFlight += 1;
  inFlightMost = Math.max(inFlightMost, inFlight);
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  const { pathname, searchParams } = new URL(request.url ?? '/', 'http://app');
  const asked = Number(searchParams.get('ms') ?? WORK_MS ?? 0);
  request.on('end', () => setTimeout(answer, asked));
  let isCounted = true;
  response.on('close', finish);
  function finish(): void {
    if (isCounted) inFlight -= 1;
    isCounted = false;
  }
  function answer(): void {
    if (pathname === '/crash') process.exit(9);
    if (pathname === '/file') {
      finish();
      response.end(readMounted(searchParams.get('path') ?? ''));
      return;
    }
    if (MODE === 'revision') {
      finish();
      response.end(process.env['K_REVISION']);
      return;
    }
    const body = Buffer.concat(chunks).toString('utf8');
    const { method, url, headers } = request;
    // Once the answer is out the next request may come, before this process hears that the answer is complete.
    finish();
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify({ instance: INSTANCE, inFlightMost, method, url, headers, body }));
  }
});

/** Where nothing can be mounted, `MOUNTS` says which folder stands for a path. */
function readMounted(path: string): string {
  const mounts = JSON.parse(process.env['MOUNTS'] ?? '{}') as Record<string, string>;
  const file = join(mounts[dirname(path)] ?? dirname(path), basename(path));
  return existsSync(file) ? readFileSync(file, 'utf8') : 'no such file';
}

server.on('upgrade', (_request, socket, head) => {
  socket.write('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\n');
  socket.write(head);
  socket.pipe(socket);
});
server.keepAliveTimeout = 0;

process.on('SIGTERM', () => {
  console.log('Told to end');
  if (MODE === 'stubborn') return;
  healthServer.close();
  healthServer.closeAllConnections();
  server.close(() => process.exit(0));
  server.closeIdleConnections();
});

if (MODE === 'crash') setTimeout(() => process.exit(Number(EXIT_CODE ?? 1)), 20);
else if (MODE === 'deaf') setInterval(() => undefined, 1_000);
else server.listen(Number(PORT), ADDRESS, () => console.log(`Listening on port ${PORT}`));
