/** Which TCP ports are free, and who holds one that is not: from the kernel's own tables, no program is asked. */
import { readdir, readFile, readlink } from 'node:fs/promises';
import { createServer } from 'node:net';
import { SetupFault } from './setup-fault.ts';

export function isPortFree(address: string, port: number): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const server = createServer();
  server.once('error', () => resolve(false));
  server.listen({ host: address, port, exclusive: true }, () => server.close(() => resolve(true)));
  return promise;
}

/** Below the range the kernel takes for outgoing connections, so that nothing takes them meanwhile. */
const BLOCK_FIRST = 8790;
const BLOCK_STEP = 10;
const BLOCK_LAST = 18_790;

/** Four neighbouring ports that nobody uses and no other platform was given. */
export async function findFreePorts(given: ReadonlySet<number>): Promise<readonly [number, number, number, number]> {
  for (let first = BLOCK_FIRST; first <= BLOCK_LAST; first += BLOCK_STEP) {
    const ports = [first, first + 1, first + 2, first + 3] as const;
    if (ports.some((port) => given.has(port))) continue;
    const free = await Promise.all(ports.map((port) => isPortFree('127.0.0.1', port)));
    if (free.every(Boolean)) return ports;
  }
  throw new SetupFault(`Cannot find free ports from ${BLOCK_FIRST} to ${BLOCK_LAST}`, [
    'Choose them: --api-port, --http-port, --registry-port, --https-port',
  ]);
}

export interface PortHolder {
  readonly pid: number;
  readonly program: string;
}

/** The process that listens on the port, when it can be seen (all of them for root). */
export async function findPortHolder(port: number): Promise<PortHolder | undefined> {
  const inodes = new Set<string>();
  for (const table of ['/proc/net/tcp', '/proc/net/tcp6']) {
    for (const inode of listeningInodes(await readFile(table, 'utf8').catch(() => ''), port)) inodes.add(inode);
  }
  if (inodes.size === 0) return undefined;
  for (const entry of await readdir('/proc')) {
    if (!/^\d+$/.test(entry)) continue;
    if (!(await holdsSocket(entry, inodes))) continue;
    const program = await readFile(`/proc/${entry}/comm`, 'utf8').catch(() => 'unknown');
    return { pid: Number(entry), program: program.trim() };
  }
  return undefined;
}

async function holdsSocket(pid: string, inodes: ReadonlySet<string>): Promise<boolean> {
  // A process may end while its folder is read: then it holds nothing.
  const files = await readdir(`/proc/${pid}/fd`).catch(() => []);
  for (const file of files) {
    const target = await readlink(`/proc/${pid}/fd/${file}`).catch(() => '');
    const inode = /^socket:\[(\d+)\]$/.exec(target)?.[1];
    if (inode !== undefined && inodes.has(inode)) return true;
  }
  return false;
}

const STATE_LISTEN = '0A';

/** Socket inodes that listen on a port, of the text of /proc/net/tcp. */
export function listeningInodes(table: string, port: number): readonly string[] {
  const wanted = port.toString(16).toUpperCase().padStart(4, '0');
  const inodes: string[] = [];
  for (const line of table.split('\n').slice(1)) {
    const fields = line.trim().split(/\s+/);
    if (fields[3] !== STATE_LISTEN || !fields[1]?.endsWith(`:${wanted}`)) continue;
    if (fields[9] !== undefined) inodes.push(fields[9]);
  }
  return inodes;
}
