// A Node.js app without a Dockerfile: the platform finds package.json and knows the rest.
import { createServer } from 'node:http';

const port = Number(process.env.PORT ?? 8080);
const revision = process.env.CE_REVISION ?? process.env.K_REVISION ?? 'none';
const instance = process.env.HOSTNAME ?? 'none';

const server = createServer((request, response) => {
  console.log(`${request.method} ${request.url}`);
  if (request.url === '/exit') setImmediate(() => process.exit(1));
  response.setHeader('content-type', 'text/plain; charset=utf-8');
  response.end(`Hello from ${process.env.TARGET ?? 'Slipway'}!\nrevision: ${revision}\ninstance: ${instance}\n`);
});

server.listen(port, () => console.log(`Listening on port ${port}`));

process.on('SIGTERM', () => {
  console.log('Asked to end: finishing the requests under way');
  server.close(() => process.exit(0));
  server.closeIdleConnections();
});
