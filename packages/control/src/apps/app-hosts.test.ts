import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hostsFor, urlFor } from './app-hosts.ts';

const ADDRESS = { appName: 'web', subdomain: 'shop', mapping: 'local_public' } as const;
const FACTS = { domain: 'example.com', httpPort: 8080, urlScheme: 'http' } as const;
const INTERNAL = ['web.shop.svc.cluster.local', 'web.shop'];

test('hostsFor() gives a public name only to a public app', () => {
  assert.deepEqual(hostsFor(ADDRESS, FACTS), ['web.shop.example.com', ...INTERNAL]);
  assert.deepEqual(hostsFor({ ...ADDRESS, mapping: 'local' }, FACTS), INTERNAL);
  assert.deepEqual(hostsFor({ ...ADDRESS, mapping: 'local_private' }, FACTS), INTERNAL);
});

test('urlFor() leaves out the port that goes without saying', () => {
  assert.equal(urlFor(ADDRESS, FACTS), 'http://web.shop.example.com:8080');
  assert.equal(urlFor(ADDRESS, { ...FACTS, httpPort: 80 }), 'http://web.shop.example.com');
  assert.equal(urlFor(ADDRESS, { ...FACTS, httpPort: 443, urlScheme: 'https' }), 'https://web.shop.example.com');
  assert.equal(urlFor(ADDRESS, { ...FACTS, httpPort: 80, urlScheme: 'https' }), 'https://web.shop.example.com:80');
  assert.equal(urlFor({ ...ADDRESS, mapping: 'local' }, FACTS), 'http://web.shop.svc.cluster.local');
});
