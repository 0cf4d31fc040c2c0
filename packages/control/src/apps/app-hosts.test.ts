import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hostsFor, urlFor } from './app-hosts.ts';

const ADDRESS = { appName: 'web', subdomain: 'shop', mapping: 'local_public' } as const;
const FACTS = { domain: 'example.com', httpPort: 8080 } as const;
const TRUSTED = { port: 443, isTrusted: () => true };

test('hostsFor() gives a public name only to a public app', () => {
  assert.deepEqual(hostsFor(ADDRESS, FACTS), ['web.shop.example.com']);
  assert.deepEqual(hostsFor({ ...ADDRESS, mapping: 'local' }, FACTS), []);
  assert.deepEqual(hostsFor({ ...ADDRESS, mapping: 'local_private' }, FACTS), []);
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
