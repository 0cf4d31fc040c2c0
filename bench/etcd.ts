/**
 * A single etcd on the same disk, asked over HTTP (its gRPC gateway), as baseline of the API's own store. It syncs its log to
 * disk before it answers a write, as the platform does.
 */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { waitUntil } from '../test/wait-until.ts';
import { connectTo, type Service } from './api-load.ts';
import { freePort, startProgram } from './programs.ts';

/** Operations of one transaction while it is filled: its own limit. */
const BATCH = 128;

export interface Etcd {
  readonly pid: number;
  readonly put: (key: string, value: string) => Promise<unknown>;
  readonly get: (key: string) => Promise<unknown>;
  readonly remove: (key: string) => Promise<unknown>;
  /** All keys with the prefix, with their values, in one answer. */
  readonly list: (prefix: string) => Promise<string>;
  /** Adds `prefix0 … prefix(count-1)`. */
  readonly fill: (prefix: string, count: number, value: string) => Promise<void>;
}

export async function startEtcd(folder: string, stack: AsyncDisposableStack): Promise<Etcd> {
  const dir = join(folder, 'etcd');
  await mkdir(dir, { recursive: true, mode: 0o700 });
  const [client, peer] = [`http://127.0.0.1:${await freePort()}`, `http://127.0.0.1:${await freePort()}`];
  const argv = ['etcd', '--data-dir', dir, '--log-level', 'error'] as const;
  const at = ['--listen-client-urls', client, '--advertise-client-urls', client, '--listen-peer-urls', peer];
  const program = startProgram(
    [...argv, ...at, '--initial-advertise-peer-urls', peer, '--initial-cluster', `default=${peer}`],
    {
      stack,
    },
  );
  const service: Service = connectTo(client);
  stack.defer(() => service.close());
  const ask = (path: string, body: object) => service.ask({ method: 'POST', path, body: JSON.stringify(body) });
  await waitUntil('etcd answers', () =>
    ask('/v3/maintenance/status', {}).then(
      () => true,
      () => false,
    ),
  );
  return {
    pid: program.pid ?? 0,
    put: (key, value) => ask('/v3/kv/put', { key: encoded(key), value: encoded(value) }),
    get: (key) => ask('/v3/kv/range', { key: encoded(key) }),
    remove: (key) => ask('/v3/kv/deleterange', { key: encoded(key) }),
    list: (prefix) => ask('/v3/kv/range', { key: encoded(prefix), range_end: encoded(afterPrefix(prefix)) }),
    async fill(prefix, count, value) {
      for (let from = 0; from < count; from += BATCH) {
        const keys = Array.from({ length: Math.min(BATCH, count - from) }, (_none, at) => `${prefix}${from + at}`);
        const success = keys.map((key) => ({ requestPut: { key: encoded(key), value: encoded(value) } }));
        await ask('/v3/kv/txn', { success });
      }
    },
  };
}

function encoded(text: string): string {
  return Buffer.from(text).toString('base64');
}

/** The first key after all that begin with the prefix. */
function afterPrefix(prefix: string): string {
  const last = prefix.charCodeAt(prefix.length - 1);
  return prefix.slice(0, -1) + String.fromCharCode(last + 1);
}
