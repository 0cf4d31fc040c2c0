/**
 * Ports for a test platform, drawn at random below the range from which the kernel gives ports to clients. A platform
 * that is stopped for a moment finds them free again, whoever else tests on the machine.
 */
import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:net';

const FIRST = 20_000;
const LAST = 30_000;
const TRIES_MAX = 100;

export async function freePorts(count: number): Promise<readonly number[]> {
  const found = new Set<number>();
  for (let tries = 0; found.size < count && tries < TRIES_MAX; tries++) {
    const port = randomInt(FIRST, LAST);
    if (!found.has(port) && (await isFree(port))) found.add(port);
  }
  if (found.size < count) throw new Error(`Cannot find ${count} free ports between ${FIRST} and ${LAST}`);
  return [...found];
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer().listen(port, '127.0.0.1');
  const [event] = await Promise.race([
    once(server, 'listening').then(() => ['free']),
    once(server, 'error').then(() => ['taken']),
  ]);
  if (event !== 'free') return false;
  server.close();
  await once(server, 'close');
  return true;
}
