import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hostsFor, urlFor } from './app-hosts.ts';

const ADDRESS = { appName: 'web', subdomain: 'shop', mapping: 'local_public' } as const;
const FACTS = { domain: 'example.com', httpPort: 8080 } as const;
const TRUSTED = { port: 443, isTrusted: () => true };
const PRIVATE = { ...ADDRESS, mapping: 'local_private' } as const;
const INTERNAL = 'project/web.shop.svc.cluster.local';

test('hostsFor() gives every app an internal name, a public name only to a public app, a private one to a private app', () => {
  assert.deepEqual(hostsFor(ADDRESS, FACTS), ['web.shop.example.com', INTERNAL]);
  assert.deepEqual(hostsFor({ ...ADDRESS, mapping: 'local' }, { ...FACTS, privatePort: 80 }), [INTERNAL]);
  assert.deepEqual(hostsFor(PRIVATE, { ...FACTS, privatePort: 80 }), [
    'private/web.shop.private.example.com',
    INTERNAL,
  ]);
  assert.deepEqual(hostsFor(PRIVATE, FACTS), [INTERNAL]);
});

test('urlFor() leaves out the port that goes without saying', () => {
  assert.equal(urlFor(ADDRESS, FACTS), 'http://web.shop.example.com:8080');
  assert.equal(urlFor(ADDRESS, { ...FACTS, httpPort: 80 }), 'http://web.shop.example.com');
  assert.equal(urlFor({ ...ADDRESS, mapping: 'local' }, FACTS), 'http://web.shop.svc.cluster.local');
});

test('urlFor() says https when a client of this machine trusts the certificate, and only then', () => {
  const untrusted = { port: 8443, isTrusted: () => false };
  const http = 'http://web.shop.example.com:8080';
  assert.equal(urlFor(ADDRESS, { ...FACTS, https: TRUSTED }), 'https://web.shop.example.com');
  assert.equal(urlFor(ADDRESS, { ...FACTS, https: untrusted }), http);
  const published = { ...ADDRESS, hasPublicCertificate: true };
  assert.equal(urlFor(published, { ...FACTS, https: untrusted }), 'https://web.shop.example.com:8443');
  assert.equal(urlFor(published, FACTS), http);
});

test('urlFor() names the private entry of a private app, and without one what still works', () => {
  assert.equal(urlFor(PRIVATE, { ...FACTS, privatePort: 8090 }), 'http://web.shop.private.example.com:8090');
  assert.equal(urlFor(PRIVATE, FACTS), 'http://web.shop.svc.cluster.local');
});
