/**
 * Ten thousand hosts in a platform's HAProxy that all lead to one awake app, and a certificate for every hundred of them.
 * They are written by HAProxy's own control socket, in the form in which the platform writes its own, because through the
 * API each would be a resource within a quota. The platform does not know of them and must be removed afterwards.
 */
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createConnection } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { runProcess } from '@slipway/process';
import type { WrittenConfig } from '../test/platform.ts';

export const HOSTS = 10_000;
const HOSTS_PER_CERTIFICATE = 100;
/** HAProxy takes a command and its payload in one buffer of 16 KiB. */
const LINES_AT_ONCE = 200;

/** Pure. */
export function manyHosts(count = HOSTS): readonly string[] {
  return Array.from({ length: count }, (_none, number) => `app-${number}.bench.example`);
}

/** Adds them to where the app's own host leads; throws when HAProxy does not have them then. */
export async function addManyHosts({ runDir }: WrittenConfig, appHost: string, folder: string): Promise<void> {
  const at = (name: string) => join(runDir, 'proxy', name);
  const control = at('control.sock');
  const slot = parseSlot(await ask(control, `show map ${at('hosts.map')}`), appHost);
  const hosts = manyHosts();
  for (let from = 0; from < hosts.length; from += LINES_AT_ONCE) {
    const lines = hosts.slice(from, from + LINES_AT_ONCE).map((host) => `${host} ${slot}\n`);
    await tell(control, `add map ${at('hosts.map')} <<\n${lines.join('')}`);
  }
  const fresh = ['-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '3'];
  for (let from = 0; from < hosts.length; from += HOSTS_PER_CERTIFICATE) {
    const named = hosts.slice(from, from + HOSTS_PER_CERTIFICATE);
    const [key, crt, file] = ['key', 'crt', 'pem'].map((kind) => join(folder, `host-${from}.${kind}`)) as [
      string,
      string,
      string,
    ];
    await runProcess(['openssl', 'req', ...fresh, '-subj', `/CN=${named[0]}`, '-keyout', key, '-out', crt]);
    const pem = `${await readFile(crt, 'utf8')}${await readFile(key, 'utf8')}`;
    await tell(control, `new ssl cert ${file}`);
    await tell(control, `set ssl cert ${file} <<\n${pem}`);
    await tell(control, `commit ssl cert ${file}`);
    await tell(control, `add ssl crt-list ${at('certificates.list')} <<\n${file} ${named.join(' ')}\n`);
  }
  const there = await ask(control, `show map ${at('hosts.map')}`);
  const count = there.split('\n').filter((line) => line.includes('.bench.example ')).length;
  if (count !== hosts.length) throw new Error(`Cannot measure ${hosts.length} hosts: HAProxy has ${count}`);
}

/** Pure: the value of a host in what `show map` prints, lines of `address key value`. */
export function parseSlot(map: string, host: string): string {
  const line = map.split('\n').find((one) => one.split(' ')[1] === host);
  const slot = line?.split(' ')[2];
  if (slot === undefined) throw new Error(`Cannot find where "${host}" leads: ${map.slice(0, 300)}`);
  return slot;
}

async function tell(socketPath: string, command: string): Promise<void> {
  const answer = (await ask(socketPath, command)).trim();
  const isDone = answer === '' || /Success!|New empty certificate store|Transaction created/.test(answer);
  if (!isDone) throw new Error(`HAProxy refused ${command.split('\n')[0]}: ${answer}`);
}

async function ask(socketPath: string, command: string): Promise<string> {
  const socket = createConnection(socketPath);
  await once(socket, 'connect');
  socket.write(`${command}\n`);
  return text(socket);
}
