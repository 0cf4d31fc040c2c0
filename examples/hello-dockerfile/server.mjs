// Answers with what the RUN step of the Dockerfile left in the image.
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';

const built = readFileSync('built.txt', 'utf8');
const server = createServer((request, response) => {
  console.log(`${request.method} ${request.url}`);
  response.setHeader('content-type', 'text/plain; charset=utf-8');
  response.end(`Hello from a Dockerfile, ${built}, user ${process.getuid()}\n`);
});

server.listen(Number(process.env.PORT ?? 8080), () => console.log('Listening'));
process.on('SIGTERM', () => {
  server.close(() => process.exit(0));
  server.closeIdleConnections();
});
