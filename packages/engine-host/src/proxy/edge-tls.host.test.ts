/** HTTPS at the edge, with real HAProxy, openssl and curl: what is refused, what is shown to whom, and that nothing is cut. */
import assert from 'node:assert/strict';
import { dirname, join } from 'node:path';
import { request as httpsRequest, Agent } from 'node:https';
import { readFile, writeFile } from 'node:fs/promises';
import { test, type TestContext } from 'node:test';
import { runProcess } from '@slipway/process';
import { appFor, callHost, createEngineBed, revisionFor, until, type EngineBed } from '../testing/engine-bed.ts';
import { certificateShown, makeCertificate, openHttps } from '../testing/https-client.ts';
import { proxyPathsFor } from './haproxy-config.ts';

const PROJECT = { projectId: 'p1', subdomain: 'one' };
const ANY_CODE = Array.from({ length: 256 }, (_one, code) => code);

interface TlsBed extends EngineBed {
  readonly dir: string;
  readonly httpsPort: number;
}

async function openTlsBed(t: TestContext, options: { network: string; isForced?: boolean }): Promise<TlsBed> {
  const https = async (dir: string) => ({ ...(await openHttps(dir)), isForced: options.isForced ?? false });
  const bed = await createEngineBed(t, { network: options.network, https });
  await bed.engine.start({ projects: [], apps: [] });
  await bed.engine.applyProject(PROJECT);
  return Object.assign(bed, { dir: dirname(bed.config.stateDir), httpsPort: bed.config.https?.port ?? 0 });
}

/** What openssl says of a handshake with these words. */
async function handshake(port: number, words: readonly string[]): Promise<string> {
  const argv = ['openssl', 's_client', '-connect', `127.0.0.1:${port}`, '-servername', 'web.test', ...words] as const;
  const { stdout, stderr } = await runProcess([...argv], { stdin: '', allowExitCodes: ANY_CODE, timeoutMs: 20_000 });
  return `${stdout}${stderr}`;
}

function callHttps(port: number, host: string, agent: Agent, path = '/'): Promise<{ status: number; body: string }> {
  const { promise, resolve, reject } = Promise.withResolvers<{ status: number; body: string }>();
  const asked = {
    host: '127.0.0.1',
    port,
    path,
    servername: host,
    headers: { host },
    agent,
    rejectUnauthorized: false,
  };
  const request = httpsRequest(asked, (response) => {
    let body = '';
    response.setEncoding('utf8');
    response.on('data', (chunk: string) => (body += chunk));
    response.on('end', () => resolve({ status: response.statusCode ?? 0, body }));
    response.on('error', reject);
  });
  request.on('error', reject);
  request.end();
  return promise;
}

test('the edge speaks TLS 1.2 and 1.3 with forward secrecy, and nothing older or weaker', async (t) => {
  const { httpsPort } = await openTlsBed(t, { network: '80.110' });
  const weak = ['-cipher', 'ALL:@SECLEVEL=0'];
  for (const version of ['-tls1', '-tls1_1']) {
    assert.match(
      await handshake(httpsPort, [version, ...weak]),
      /alert protocol version|no protocols available/,
      version,
    );
  }
  for (const cipher of ['AES128-SHA', 'AES256-GCM-SHA384', 'ECDHE-ECDSA-AES128-SHA', 'DHE-RSA-AES128-GCM-SHA256']) {
    const said = await handshake(httpsPort, ['-tls1_2', '-cipher', `${cipher}:@SECLEVEL=0`]);
    assert.match(said, /alert handshake failure|Cipher is \(NONE\)/, cipher);
  }
  assert.match(await handshake(httpsPort, ['-tls1_2']), /Cipher is ECDHE-ECDSA-/);
  const modern = await handshake(httpsPort, ['-tls1_3', '-alpn', 'h2,http/1.1']);
  assert.match(modern, /TLSv1\.3, Cipher is TLS_/);
  assert.match(modern, /ALPN protocol: h2/);
});

test('a name that nobody has is shown the default certificate and answered with 404', async (t) => {
  const bed = await openTlsBed(t, { network: '80.111' });
  const unknown = await certificateShown(bed.httpsPort, 'stranger.test');
  await bed.engine.applyProject({ ...PROJECT, certificates: [await makeCertificate(bed.dir, ['web.test'])] });
  assert.notEqual(await certificateShown(bed.httpsPort, 'web.test'), unknown);
  assert.equal(await certificateShown(bed.httpsPort, 'stranger.test'), unknown);
  assert.equal((await callHttps(bed.httpsPort, 'stranger.test', new Agent())).status, 404);
});

test('an app that sleeps wakes over HTTPS, by HTTP/2 too, and is told that the client speaks HTTPS', async (t) => {
  const bed = await openTlsBed(t, { network: '80.112' });
  await bed.engine.applyApp(appFor('web', revisionFor('web-00001', { env: { K_REVISION: 'web-00001' } })));
  const own = await makeCertificate(bed.dir, ['web.test']);
  await bed.engine.applyProject({ ...PROJECT, certificates: [own] });
  const address = `https://web.test:${bed.httpsPort}/headers`;
  const certificate = join(bed.dir, 'made-trusted.crt');
  await writeFile(certificate, own.chainPem);
  const known = ['--cacert', certificate, '--resolve', `web.test:${bed.httpsPort}:127.0.0.1`];
  const { stdout } = await runProcess(['curl', '-sf', ...known, '-w', '%{http_version}', address], {
    timeoutMs: 30_000,
  });
  assert.match(stdout, /x-forwarded-proto"?: ?\[?"?https/i);
  assert.match(stdout, /2$/);
});

test('a certificate is replaced under load without a failed request or a cut connection', async (t) => {
  const bed = await openTlsBed(t, { network: '80.113' });
  await bed.engine.applyApp(appFor('web', revisionFor('web-00001')));
  const first = await makeCertificate(bed.dir, ['web.test']);
  await bed.engine.applyProject({ ...PROJECT, certificates: [first] });
  const agents = [new Agent({ keepAlive: true, maxSockets: 1 }), new Agent({ keepAlive: false })];
  await callHttps(bed.httpsPort, 'web.test', new Agent());
  const failures: string[] = [];
  let answered = 0;
  let isOver = false;
  const clients = agents.map(async (agent) => {
    while (!isOver) {
      const seen = await callHttps(bed.httpsPort, 'web.test', agent).catch((error: unknown) => String(error));
      if (typeof seen === 'string' || seen.status !== 200) failures.push(JSON.stringify(seen));
      else answered += 1;
    }
  });
  for (let round = 0; round < 5; round += 1) {
    const before = answered;
    const next = await makeCertificate(bed.dir, ['web.test']);
    await bed.engine.applyProject({ ...PROJECT, certificates: [next] });
    await until('requests are answered with the next certificate', () => answered > before + 5 || failures.length > 0);
  }
  isOver = true;
  await Promise.all(clients);
  for (const agent of agents) agent.destroy();
  assert.deepEqual(failures, []);
  assert.ok(answered > 25);
});

test('certificates survive the daemon, are told again to a new HAProxy, and go with their project', async (t) => {
  const bed = await openTlsBed(t, { network: '80.114' });
  const unknown = await certificateShown(bed.httpsPort, 'web.test');
  const project = { ...PROJECT, certificates: [await makeCertificate(bed.dir, ['web.test'])] };
  await bed.engine.applyProject(project);
  const own = await certificateShown(bed.httpsPort, 'web.test');
  await bed.engine.stop();
  assert.equal(await certificateShown(bed.httpsPort, 'web.test'), own);
  const engine = await bed.restart();
  await engine.start({ projects: [project], apps: [] });
  assert.equal(await certificateShown(bed.httpsPort, 'web.test'), own);
  const pid = Number(await readFile(proxyPathsFor(bed.config.runDir).pidFile, 'utf8'));
  process.kill(pid, 'SIGKILL');
  const shown = () => certificateShown(bed.httpsPort, 'web.test').catch(() => undefined);
  await until('a new HAProxy has the certificate', async () => (await shown()) === own);
  await engine.removeProject(PROJECT.projectId);
  assert.equal(await certificateShown(bed.httpsPort, 'web.test'), unknown);
});

test('plain requests are sent to HTTPS where that is forced, but not those of an authority that asks', async (t) => {
  const bed = await openTlsBed(t, { network: '80.115', isForced: true });
  const sent = await callHost(bed.port, 'web.test:80', { path: '/a?b=c', method: 'POST' });
  assert.deepEqual([sent.status, sent.headers.location], [308, `https://web.test:${bed.httpsPort}/a?b=c`]);
  const path = '/.well-known/acme-challenge/token-1';
  assert.equal((await callHost(bed.port, 'web.test', { path })).status, 404);
  const takeBack = await bed.engine.answerChallenge('token-1', 'token-1.thumb_print');
  const asked = await callHost(bed.port, 'web.test', { path });
  assert.deepEqual([asked.status, asked.body], [200, 'token-1.thumb_print']);
  await takeBack();
  assert.equal((await callHost(bed.port, 'web.test', { path })).status, 404);
});
