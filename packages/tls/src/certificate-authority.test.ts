import assert from 'node:assert/strict';
import { createPrivateKey, X509Certificate } from 'node:crypto';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { createServer, connect, type TLSSocket } from 'node:tls';
import type { AddressInfo } from 'node:net';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { openCertificateAuthority, renderNameConstraints } from './certificate-authority.ts';
import type { IssuedCertificate } from './issued-certificate.ts';

async function openPlace(t: TestContext, domain = 'localhost') {
  const dir = await mkdtemp(join(tmpdir(), 'slipway-ca-'));
  t.after(() => rm(dir, { recursive: true, force: true }));
  return { dir, platformName: 'default', domain };
}

/** What a client that trusts the authority makes of a server with this certificate; '' when it is content. */
async function verdict(issued: IssuedCertificate, options: { ca: string; servername: string }): Promise<string> {
  const server = createServer({ cert: issued.chainPem, key: issued.keyPem });
  server.on('tlsClientError', () => undefined);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const socket: TLSSocket = connect({ host: '127.0.0.1', port, ...options });
  const { promise, resolve } = Promise.withResolvers<string>();
  socket.on('secureConnect', () => resolve(''));
  socket.on('error', (error: NodeJS.ErrnoException) => resolve(error.message));
  const seen = await promise;
  socket.destroy();
  server.close();
  return seen;
}

test('openCertificateAuthority() issues wildcards that a client who trusts it accepts for one label', async (t) => {
  const authority = await openCertificateAuthority(await openPlace(t));
  const issued = await authority.issue(['*.default.localhost']);
  const ca = authority.certificatePem;
  assert.equal(await verdict(issued, { ca, servername: 'web.default.localhost' }), '');
  assert.match(await verdict(issued, { ca, servername: 'a.b.default.localhost' }), /altnames/);
  const leaf = new X509Certificate(issued.chainPem);
  assert.ok(leaf.checkPrivateKey(createPrivateKey(issued.keyPem)));
  assert.equal(Date.parse(leaf.validTo), Math.floor(issued.notAfter.getTime() / 1000) * 1000);
});

test('openCertificateAuthority() cannot vouch for a name outside of the platform', async (t) => {
  const authority = await openCertificateAuthority(await openPlace(t, 'apps.example.org'));
  const ca = authority.certificatePem;
  const own = await authority.issue(['*.shop.apps.example.org']);
  assert.equal(await verdict(own, { ca, servername: 'web.shop.apps.example.org' }), '');
  const foreign = await authority.issue(['bank.example.com']);
  assert.match(await verdict(foreign, { ca, servername: 'bank.example.com' }), /permitted subtree violation/);
});

test('openCertificateAuthority() keeps its key to root and stays the same until it does not fit', async (t) => {
  const place = await openPlace(t);
  const first = await openCertificateAuthority(place);
  assert.equal((await stat(join(place.dir, 'authority.pem'))).mode & 0o777, 0o600);
  assert.equal(await readFile(join(place.dir, 'ca.pem'), 'utf8'), first.certificatePem);
  assert.equal((await openCertificateAuthority(place)).certificatePem, first.certificatePem);
  const moved = await openCertificateAuthority({ ...place, domain: 'apps.example.org' });
  assert.notEqual(moved.certificatePem, first.certificatePem);
  await writeFile(join(place.dir, 'authority.pem'), 'damaged');
  assert.notEqual((await openCertificateAuthority(place)).certificatePem, moved.certificatePem);
});

test('renderNameConstraints() permits names and excludes every address', () => {
  const hex = Buffer.from(renderNameConstraints(['a.b'])).toString('hex');
  const permitted = 'a007' + '3005' + '8203612e62';
  const excluded = `a130${'300a8708'}${'00'.repeat(8)}${'30228720'}${'00'.repeat(32)}`;
  assert.equal(hex, `303b${permitted}${excluded}`);
});
