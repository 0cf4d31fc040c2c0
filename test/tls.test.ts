/**
 * HTTPS as an operator and an owner of a domain use it: the platform's own certificates, one that an owner brings, and
 * those of a real ACME server, asked for by command and given to requests that never stop.
 */
import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { Agent, request as httpsRequest } from 'node:https';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { runProcess } from '@slipway/process';
import { pebbleProblem, startPebble, type PebbleServer } from '@slipway/tls/testing';
import { ask } from './requests.ts';
import { startPlatform, type TestPlatform } from './platform.ts';
import { waitUntil } from './wait-until.ts';

const APP = `
const { createServer } = require('node:http');
const { getCACertificates } = require('node:tls');
const { readFileSync } = require('node:fs');
createServer((request, response) => {
  const facts = {
    proto: request.headers['x-forwarded-proto'],
    extra: getCACertificates('extra').map((one) => one.trim()),
    bundle: readFileSync('/etc/ssl/certs/ca-certificates.crt', 'utf8'),
  };
  response.end(JSON.stringify(facts));
}).listen(process.env.PORT);
`;
const DOMAIN = 'www.example.test';
const OWN = 'own.example.test';

let platform: TestPlatform;
let pebble: PebbleServer | undefined;
let authority: string;

before(async () => {
  platform = await startPlatform({ upFlags: ['--api-address', '0.0.0.0'] });
  authority = await readFile(join(platform.config.stateDir, 'tls', 'ca.pem'), 'utf8');
});
after(async () => {
  await platform?.purge();
  await pebble?.[Symbol.asyncDispose]();
});

interface HttpsAnswer {
  readonly status: number;
  readonly body: string;
  readonly fingerprint: string;
}

/** As a client that trusts this authority and nothing else. */
function askHttps(host: string, ca: string, agent = new Agent({ maxCachedSessions: 0 })): Promise<HttpsAnswer> {
  const { port } = platform.config.https;
  const { promise, resolve, reject } = Promise.withResolvers<HttpsAnswer>();
  const wanted = {
    host: '127.0.0.1',
    port,
    path: '/',
    servername: host,
    headers: { host },
    ca,
    agent,
    timeout: 60_000,
  };
  const request = httpsRequest(wanted, (response) => {
    const { fingerprint256: fingerprint = '' } = Object(response.socket).getPeerCertificate?.() ?? {};
    let body = '';
    response.setEncoding('utf8');
    response.on('data', (chunk: string) => (body += chunk));
    response.on('error', reject);
    response.on('end', () => resolve({ status: response.statusCode ?? 0, body, fingerprint }));
  });
  request.on('error', reject);
  request.end();
  return promise;
}

async function urlOf(name: string): Promise<string> {
  return (await platform.must(['app', 'get', '--name', name, '--output', 'url'])).stdout.trim();
}

async function mappingStatus(domain: string): Promise<string> {
  const { stdout } = await platform.must(['domainmapping', 'get', '--name', domain, '--output', 'json']);
  return (JSON.parse(stdout) as { status: string }).status;
}

test('an app is there over HTTPS at once, with a certificate that instances trust, and its URL is one that curl takes', async () => {
  const folder = join(platform.folder, 'app');
  await runProcess(['mkdir', '-p', folder]);
  await writeFile(join(folder, 'server.js'), APP);
  await writeFile(join(folder, 'package.json'), JSON.stringify({ name: 'web', scripts: { start: 'node server.js' } }));
  const url = await platform.deploy(folder, 'web');
  assert.match(url, /^http:\/\/web\.default\.localhost:/);
  await runProcess(['curl', '--fail', '--silent', url], { timeoutMs: 60_000 });
  const { body, status } = await askHttps('web.default.localhost', authority);
  assert.equal(status, 200);
  const facts = JSON.parse(body) as { proto: string; extra: readonly string[]; bundle: string };
  assert.equal(facts.proto, 'https');
  assert.ok(facts.extra.includes(authority.trim()));
  assert.ok(facts.bundle.includes(authority.trim()));
  assert.ok(facts.bundle.length > authority.length * 10, 'the certificates of the image are still there');
});

test('the API that is open to the network answers over HTTPS under its name', async () => {
  const { port } = platform.config.api;
  const ca = join(platform.config.stateDir, 'tls', 'ca.pem');
  const known = ['--cacert', ca, '--resolve', `api.localhost:${port}:127.0.0.1`];
  const argv = ['curl', '--fail', '--silent', ...known, `https://api.localhost:${port}/healthz`] as const;
  assert.equal((await runProcess([...argv], { timeoutMs: 60_000 })).stdout, '{"status":"ready"}');
});

test('a domain of an owner leads to the app with the certificate that the owner brings', async () => {
  const [chain, key] = [join(platform.folder, 'own.crt'), join(platform.folder, 'own.key')];
  const fresh = ['-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '3'];
  const names = ['-subj', '/CN=own', '-addext', `subjectAltName=DNS:${OWN}`];
  await runProcess(['openssl', 'req', ...fresh, ...names, '-keyout', key, '-out', chain]);
  const files = ['--cert-chain-file', chain, '--private-key-file', key];
  await platform.must(['secret', 'create', '--name', 'own', '--format', 'tls', ...files]);
  const target = ['--target', 'web', '--target-type', 'application'];
  await platform.must(['domainmapping', 'create', '--name', OWN, ...target, '--tls-secret', 'own']);
  await waitUntil('the domain is ready', async () => (await mappingStatus(OWN)) === 'ready');
  assert.equal((await askHttps(OWN, await readFile(chain, 'utf8'))).status, 200);
  await assert.rejects(askHttps('stranger.test', authority), /altnames|subtree|certificate/i);
});

test(
  'a public authority gives certificates for apps and domains, which are renewed under requests',
  {
    skip: pebbleProblem() ?? false,
  },
  async () => {
    pebble = await startPebble({ httpPort: platform.config.http.port });
    await platform.must(['down']);
    const account = ['--acme-email', 'operator@example.com', '--acme-directory', pebble.directory];
    await platform.must(['up', ...account, '--acme-ca-file', pebble.caFile, '--acme-dns-hook', pebble.dnsHook]);
    const root = await pebble.readRoot();
    await waitUntil('the URL says https', async () => (await urlOf('web')).startsWith('https:'));
    assert.equal((await askHttps('web.default.localhost', root)).status, 200);
    const sent = await ask(`http://web.default.localhost:${platform.config.http.port}/a?b`);
    const there = `https://web.default.localhost:${platform.config.https.port}/a?b`;
    assert.deepEqual([sent.status, sent.headers['location']], [308, there]);

    const target = ['--target', 'web', '--target-type', 'application'];
    await platform.must(['domainmapping', 'create', '--name', DOMAIN, ...target, '--tls-secret', '@acme']);
    await waitUntil('the domain is ready', async () => (await mappingStatus(DOMAIN)) === 'ready');
    const first = await askHttps(DOMAIN, root);
    assert.equal(first.status, 200);
    await renewUnderLoad(pebble, root, first.fingerprint);
  },
);

/** Another address of the same authority counts as another one, so everything is ordered again. */
async function renewUnderLoad({ directory }: PebbleServer, root: string, before: string): Promise<void> {
  const path = join(platform.config.stateDir, 'platform.json');
  const config = JSON.parse(await readFile(path, 'utf8')) as { acme: object };
  await writeFile(path, JSON.stringify({ ...config, acme: { ...config.acme, directory: `${directory}?again` } }));
  const failures: string[] = [];
  let answered = 0;
  let last = before;
  let isOver = false;
  const agents = [new Agent({ keepAlive: true, maxSockets: 1 }), new Agent({ keepAlive: false, maxCachedSessions: 0 })];
  const clients = agents.map(async (agent, at) => {
    while (!isOver) {
      const seen = await askHttps(DOMAIN, root, agent).catch((error: unknown) => String(error));
      if (typeof seen === 'string' || seen.status !== 200) failures.push(JSON.stringify(seen));
      else answered += 1;
      if (at === 1 && typeof seen !== 'string') last = seen.fingerprint;
    }
  });
  const pid = Number(await readFile(join(platform.config.runDir, 'slipwayd.pid'), 'utf8'));
  process.kill(pid, 'SIGKILL');
  try {
    await waitUntil('a new certificate is served', () => Promise.resolve(last !== before || failures.length > 0));
  } finally {
    isOver = true;
    await Promise.all(clients);
    for (const agent of agents) agent.destroy();
  }
  assert.deepEqual(failures, []);
  assert.ok(answered > 0);
}
