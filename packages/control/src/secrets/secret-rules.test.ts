import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { test } from 'node:test';
import type { SecretFormat } from '@slipway/spec';
import type { Data } from '../data-rules.ts';
import { secretProblem } from './secret-rules.ts';
import {
  TEST_CERTIFICATE,
  TEST_CERTIFICATE_KEY,
  TEST_ISSUED_CERTIFICATE,
  TEST_ISSUED_CERTIFICATE_KEY,
  TEST_ISSUER_CERTIFICATE,
} from '../testing/test-certificate.ts';

const { privateKey } = generateKeyPairSync('ed25519');
const OTHER_KEY = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
const LOGIN = { server: 'us.icr.io', username: 'iamapikey', password: 'geheim' };
const TLS = { tls_cert: TEST_CERTIFICATE, tls_key: TEST_CERTIFICATE_KEY };
const CHAIN = {
  tls_cert: `${TEST_ISSUED_CERTIFICATE}${TEST_ISSUER_CERTIFICATE}`,
  tls_key: TEST_ISSUED_CERTIFICATE_KEY,
};

function problemOf(format: SecretFormat, data: Data, hasServiceAccess = format === 'service_access') {
  return secretProblem(format, data, { hasServiceAccess });
}

test('secretProblem(): what each format takes', () => {
  const good: readonly (readonly [SecretFormat, Data])[] = [
    ['generic', {}],
    ['generic', { a: '', 'b.c-D_1': 'x' }],
    ['other', { a: '1' }],
    ['ssh_auth', { ssh_key: OTHER_KEY }],
    ['ssh_auth', { ssh_key: OTHER_KEY.replaceAll('\n', '\r\n'), known_hosts: 'github.com ssh-ed25519 AAAA' }],
    ['basic_auth', { username: 'a', password: 'geheim' }],
    ['hmac_auth', { access_key_id: 'a', secret_access_key: 'geheim' }],
    ['registry', LOGIN],
    ['registry', { ...LOGIN, server: 'https://index.docker.io/v1/', email: 'a@b.c' }],
    ['tls', TLS],
    ['tls', { ...TLS, tls_cert: `${TEST_CERTIFICATE}${TEST_CERTIFICATE}` }],
    ['tls', CHAIN],
    ['tls', { ...CHAIN, tls_cert: TEST_ISSUED_CERTIFICATE }],
    ['service_access', {}],
    ['service_access', { apikey: 'geheim', 'cos.keys': '{}' }],
  ];
  for (const [format, data] of good) assert.equal(problemOf(format, data), undefined, format);
});

test('secretProblem(): what it refuses, without showing a value', () => {
  const bad: readonly (readonly [SecretFormat, Data, field: string])[] = [
    ['generic', { 'a b': 'geheim' }, 'data'],
    ['generic', { '..': 'geheim' }, 'data'],
    ['generic', { [`${'k'.repeat(254)}`]: 'geheim' }, 'data'],
    ['generic', { a: 'geheim'.repeat(200_000) }, 'data'],
    ['service_operator', {}, 'format'],
    ['ssh_auth', {}, 'data.ssh_key'],
    ['ssh_auth', { ssh_key: 'geheim' }, 'data.ssh_key'],
    ['basic_auth', { username: 'a' }, 'data.password'],
    ['basic_auth', { username: 'a', password: '' }, 'data.password'],
    ['basic_auth', { username: 'a', password: 'geheim', more: 'geheim' }, 'data.more'],
    ['hmac_auth', { access_key_id: 'a' }, 'data.secret_access_key'],
    ['registry', { ...LOGIN, server: 'not a host' }, 'data.server'],
    ['basic_auth', { username: 'a:geheim', password: 'geheim' }, 'data.username'],
    ['basic_auth', { username: 'a', password: 'geheim\n' }, 'data.password'],
    ['hmac_auth', { access_key_id: 'geheim\n', secret_access_key: 'geheim' }, 'data.access_key_id'],
    ['registry', { ...LOGIN, email: 'geheim' }, 'data.email'],
    ['registry', { '.dockerconfigjson': 'geheim' }, 'data..dockerconfigjson'],
    ['ssh_auth', { ssh_key: OTHER_KEY, known_hosts: 'geheim geheim' }, 'data.known_hosts'],
    ['service_access', { 'api.key': 'geheim', api_key: 'geheim' }, 'data.api_key'],
    ['service_access', { serviceName: 'geheim' }, 'data.serviceName'],
    ['tls', { ...CHAIN, tls_cert: `${TEST_ISSUER_CERTIFICATE}${TEST_ISSUED_CERTIFICATE}` }, 'data.tls_key'],
    ['tls', { ...CHAIN, tls_cert: `${TEST_ISSUED_CERTIFICATE}${TEST_CERTIFICATE}` }, 'data.tls_cert'],
    ['tls', { ...TLS, tls_cert: 'geheim' }, 'data.tls_cert'],
    ['tls', { ...TLS, tls_cert: `${TEST_CERTIFICATE}-----BEGIN CERTIFICATE-----\ngeheim` }, 'data.tls_cert'],
    ['tls', { ...TLS, tls_key: 'geheim' }, 'data.tls_key'],
    ['tls', { ...TLS, tls_key: OTHER_KEY }, 'data.tls_key'],
  ];
  for (const [format, data, field] of bad) {
    const problem = problemOf(format, data);
    assert.equal(problem?.field, field, `${format} ${Object.keys(data).join()}`.slice(0, 80));
    assert.doesNotMatch(JSON.stringify(problem), /geheim|BEGIN/);
  }
  assert.equal(problemOf('generic', {}, true)?.field, 'service_access');
  assert.equal(problemOf('service_access', {}, false)?.field, 'service_access');
});
