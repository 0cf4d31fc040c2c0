import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fileCertificate, renderAdd } from './edge-certificates.ts';
import { proxyPathsFor } from './haproxy-config.ts';
import { isAccepted } from './haproxy-control.ts';

const PATHS = proxyPathsFor('/run/slipway');
const CERTIFICATE = {
  certificateName: 'p1/www.example.com',
  hosts: ['www.example.com', '*.shop.example.com'],
  chainPem:
    '-----BEGIN CERTIFICATE-----\nYQ==\n-----END CERTIFICATE-----\n\n\n-----BEGIN CERTIFICATE-----\r\n\r\nYg==\n',
  keyPem: '\n-----BEGIN PRIVATE KEY-----\nYw==\n-----END PRIVATE KEY-----\n',
};

test('renderAdd() makes a certificate of chain and key, and leads its names to it in the list', () => {
  const filed = fileCertificate(CERTIFICATE, PATHS);
  const { file } = filed;
  assert.match(file, /^\/run\/slipway\/proxy\/certificates\/[0-9a-f]{20}\.[0-9a-f]{20}$/);
  const pem =
    '-----BEGIN CERTIFICATE-----\nYQ==\n-----END CERTIFICATE-----\n-----BEGIN CERTIFICATE-----\nYg==\n' +
    '-----BEGIN PRIVATE KEY-----\nYw==\n-----END PRIVATE KEY-----\n';
  assert.deepEqual(renderAdd(filed, PATHS), [
    `new ssl cert ${file}`,
    { command: `set ssl cert ${file}`, payload: pem },
    `commit ssl cert ${file}`,
    {
      command: 'add ssl crt-list /run/slipway/proxy/certificates.list',
      payload: `${file} www.example.com *.shop.example.com`,
    },
  ]);
});

test('fileCertificate() gives other content another name, and renderAdd() refuses what is no host', () => {
  const { file } = fileCertificate(CERTIFICATE, PATHS);
  assert.equal(fileCertificate({ ...CERTIFICATE }, PATHS).file, file);
  assert.notEqual(fileCertificate({ ...CERTIFICATE, keyPem: 'other' }, PATHS).file, file);
  for (const hosts of [[], ['a b'], ['!www.example.com'], ['www.example.com]']]) {
    assert.throws(() => renderAdd(fileCertificate({ ...CERTIFICATE, hosts }, PATHS), PATHS), /Cannot serve/);
  }
});

test('isAccepted() knows what HAProxy says of certificates when it has done what it was told', () => {
  const good = [
    '',
    "New empty certificate store 'a'!\n",
    'Transaction created for certificate a!\n',
    'Committing a\nSuccess!\n',
    "Inserting certificate 'a' in crt-list 'b'.\nSuccess!\n",
  ];
  for (const answer of good) assert.equal(isAccepted(answer), true, answer);
  const bad = [
    "unable to load certificate from file 'a'.\nCan't update a!\n",
    "No ongoing transaction! !\nCan't commit a!\n",
  ];
  for (const answer of bad) assert.equal(isAccepted(answer), false, answer);
});
