import assert from 'node:assert/strict';
import { test } from 'node:test';
import { TEST_CERTIFICATE, TEST_CERTIFICATE_KEY } from '../testing/test-certificate.ts';
import { certificateProblem, domainProblem } from './domain-mapping-rules.ts';

test('domainProblem() takes complete domains that are not the platform’s', () => {
  for (const name of ['www.example.com', 'a.b', 'xn--bcher-kva.example']) {
    assert.equal(domainProblem(name, 'apps.example.org'), undefined, name);
  }
  const bad = ['example', 'Www.example.com', 'a..b', '-a.b', '1.2.3.4', 'apps.example.org', 'web.apps.example.org'];
  for (const name of [...bad, `${'a'.repeat(64)}.example.com`]) {
    assert.equal(domainProblem(name, 'apps.example.org')?.field, 'name', name);
  }
});

test('certificateProblem() wants a certificate for the domain, by name or by wildcard', () => {
  const of = (name: string, chain = TEST_CERTIFICATE, now = new Date()) =>
    certificateProblem(name, { name: 'tls', chain, key: TEST_CERTIFICATE_KEY }, now)?.field;
  assert.equal(of('www.example.com'), undefined);
  assert.equal(of('eu.shop.example.com'), undefined);
  assert.equal(of('shop.example.com'), 'tls_secret');
  assert.equal(of('www.example.com', 'no certificate'), 'tls_secret');
  assert.equal(of('www.example.com', TEST_CERTIFICATE, new Date('2200-01-01')), 'tls_secret');
  assert.equal(of('www.example.com', TEST_CERTIFICATE.repeat(20)), 'tls_secret');
});
