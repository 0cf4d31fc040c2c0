/**
 * A real ACME server for tests, from Debian's package: pebble, and beside it a name server that answers 127.0.0.1 for every
 * name and TXT records that it is told. It proves domains by asking a port of the test's choice.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { get } from 'node:https';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openCertificateAuthority } from '../certificate-authority.ts';

export interface PebbleServer extends AsyncDisposable {
  readonly directory: string;
  /** What its own HTTPS is trusted by, as text and as a file. */
  readonly caPem: string;
  readonly caFile: string;
  /** A program that makes and removes TXT records, as an operator would write one. */
  readonly dnsHook: string;
  /** What its certificates are trusted by: another one at each start. */
  readRoot(): Promise<string>;
}

export interface PebbleOptions {
  /** Where it asks whether a domain is proved. */
  readonly httpPort: number;
  readonly certificateSeconds?: number;
}

const PROGRAMS = ['/usr/bin/pebble', '/usr/bin/pebble-challtestsrv'] as const;
const START_DEADLINE_MS = 20_000;
const POLL_MS = 50;

/** Why none can be started here; undefined when one can. */
export function pebbleProblem(): string | undefined {
  return PROGRAMS.every((path) => existsSync(path)) ? undefined : 'the package pebble is not installed';
}

export async function startPebble({ certificateSeconds, httpPort }: PebbleOptions): Promise<PebbleServer> {
  const dir = await mkdtemp(join(tmpdir(), 'slipway-pebble-'));
  const [acmePort, managementPort, dnsPort, recordsPort] = await freePorts();
  const authority = await openCertificateAuthority({ dir, platformName: 'pebble', domain: 'localhost' });
  const own = await authority.issue(['localhost']);
  const [certificate, privateKey, config] = [join(dir, 'own.crt'), join(dir, 'own.key'), join(dir, 'config.json')];
  await writeFile(certificate, own.chainPem);
  await writeFile(privateKey, own.keyPem, { mode: 0o600 });
  const pebble = {
    listenAddress: `127.0.0.1:${acmePort}`,
    managementListenAddress: `127.0.0.1:${managementPort}`,
    certificate,
    privateKey,
    httpPort,
    tlsPort: 1,
    ...(certificateSeconds !== undefined && { certificateValidityPeriod: certificateSeconds }),
  };
  await writeFile(config, JSON.stringify({ pebble }));
  const off = ['-http01', '', '-https01', '', '-tlsalpn01', ''];
  const names = ['-dns01', `127.0.0.1:${dnsPort}`, '-management', `127.0.0.1:${recordsPort}`, '-defaultIPv6', ''];
  const children = [
    start('pebble-challtestsrv', [...off, ...names]),
    start('pebble', ['-config', config, '-dnsserver', `127.0.0.1:${dnsPort}`]),
  ];
  await Promise.all([acmePort, recordsPort].map(untilListening));
  return {
    directory: `https://localhost:${acmePort}/dir`,
    caPem: authority.certificatePem,
    caFile: join(dir, 'ca.pem'),
    dnsHook: await writeHook(dir, recordsPort),
    readRoot: () => readRoot(`https://localhost:${managementPort}/roots/0`, authority.certificatePem),
    async [Symbol.asyncDispose]() {
      for (const child of children) {
        child.kill('SIGKILL');
        if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
      }
      await rm(dir, { recursive: true, force: true });
    },
  };
}

/** Without its delays and the errors that it makes up. */
function start(program: string, args: readonly string[]): ChildProcess {
  const env = { ...process.env, PEBBLE_VA_NOSLEEP: '1', PEBBLE_WFE_NONCEREJECT: '0', PEBBLE_AUTHZREUSE: '0' };
  return spawn(program, args, { stdio: 'ignore', env });
}

async function writeHook(dir: string, recordsPort: number): Promise<string> {
  const path = join(dir, 'dns-hook');
  const text = `#!/bin/sh
case "$1" in
present) url=set-txt body="{\\"host\\": \\"$2.\\", \\"value\\": \\"$3\\"}" ;;
cleanup) url=clear-txt body="{\\"host\\": \\"$2.\\"}" ;;
*) echo "unknown: $1" >&2; exit 2 ;;
esac
exec curl --silent --fail --data "$body" "http://127.0.0.1:${recordsPort}/$url"
`;
  await writeFile(path, text, { mode: 0o755 });
  return path;
}

async function readRoot(url: string, ca: string): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  get(url, { ca }, (response) => {
    let text = '';
    response.setEncoding('utf8');
    response.on('data', (chunk: string) => (text += chunk));
    response.on('end', () => resolve(text));
  }).on('error', reject);
  return promise;
}

async function freePorts(): Promise<[number, number, number, number]> {
  const servers = Array.from({ length: 4 }, () => createServer().listen(0, '127.0.0.1'));
  await Promise.all(servers.map((server) => once(server, 'listening')));
  const ports = servers.map((server) => {
    const address = server.address();
    return typeof address === 'object' && address ? address.port : 0;
  });
  await Promise.all(servers.map((server) => once(server.close(), 'close')));
  const [one = 0, two = 0, three = 0, four = 0] = ports;
  return [one, two, three, four];
}

async function untilListening(port: number): Promise<void> {
  const deadline = Date.now() + START_DEADLINE_MS;
  for (;;) {
    const socket = connect(port, '127.0.0.1');
    const isThere = await once(socket, 'connect').then(
      () => true,
      () => false,
    );
    socket.destroy();
    if (isThere) return;
    if (Date.now() > deadline) throw new Error(`Nothing listens on ${port} in time`);
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}
