/** An app that does what a test asks of it, from inside of its instance. */
import type { Instance } from '../instance/instance-runtime.ts';
import { until } from './runtime-bed.ts';

/** Serves what the expression in the query gives. */
export const ORACLE = `require('http').createServer(async (q, s) => {
  try { s.end(JSON.stringify(await eval(decodeURIComponent(q.url.slice(2))) ?? null)); }
  catch (error) { s.end(JSON.stringify({ error: String(error.code ?? error) })); }
}).listen(process.env.PORT)`;

export async function ask(instance: Pick<Instance, 'address' | 'port'>, expression: string): Promise<unknown> {
  const url = `http://${instance.address}:${instance.port}/?${encodeURIComponent(expression)}`;
  return until(`an answer from ${instance.address}`, async () =>
    fetch(url).then(
      async (response) => ({ value: await response.json() }),
      () => undefined,
    ),
  ).then((answer) => answer.value);
}

/** `open`, `timeout` or the error's code of a TCP connection from inside. */
export async function connection(
  instance: Pick<Instance, 'address' | 'port'>,
  host: string,
  port: number,
): Promise<unknown> {
  return ask(
    instance,
    `new Promise((resolve) => {
      const socket = require('net').connect({ host: '${host}', port: ${port}, timeout: 1000 });
      for (const [event, say] of [['connect', () => 'open'], ['timeout', () => 'timeout'], ['error', (e) => e.code]])
        socket.on(event, (value) => { resolve(say(value)); socket.destroy(); });
    })`,
  );
}

/** `200 body` of a request from inside, or the error's code. */
export async function request(
  instance: Pick<Instance, 'address' | 'port'>,
  url: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<string> {
  const answer = await ask(
    instance,
    `new Promise((resolve) => {
      const options = { headers: ${JSON.stringify(headers)}, agent: false, timeout: 20000 };
      const request = require('http').get(${JSON.stringify(url)}, options, (response) => {
        const chunks = [];
        response.on('data', (chunk) => chunks.push(chunk));
        response.on('end', () => resolve(response.statusCode + ' ' + Buffer.concat(chunks)));
      });
      request.on('timeout', () => request.destroy(Object.assign(new Error(), { code: 'timeout' })));
      request.on('error', (error) => resolve(error.code));
    })`,
  );
  return String(answer);
}
