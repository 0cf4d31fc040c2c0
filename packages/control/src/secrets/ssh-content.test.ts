import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { test } from 'node:test';
import { knownHostsFault, sshKeyFault } from './ssh-content.ts';

const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const PLAIN = { type: 'pkcs8', format: 'pem' } as const;
const locked = { cipher: 'aes-256-cbc', passphrase: 'geheim' } as const;

/** The beginning of a key in OpenSSH's own format, which is all that is looked at. */
function openSshKey(cipher: string): string {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(cipher.length);
  const bytes = Buffer.concat([Buffer.from('openssh-key-v1\0'), length, Buffer.from(`${cipher}rest`)]);
  const body = bytes.toString('base64').replaceAll(/.{70}/g, '$&\n');
  return `-----BEGIN OPENSSH PRIVATE KEY-----\n${body}\n-----END OPENSSH PRIVATE KEY-----\n`;
}

test('sshKeyFault() takes private keys without a passphrase, in every format of OpenSSH', () => {
  const keys = [
    privateKey.export(PLAIN),
    privateKey.export({ type: 'sec1', format: 'pem' }),
    openSshKey('none'),
    openSshKey('none').replaceAll('\n', '\r\n'),
    `\n${openSshKey('none')}\n\n`,
  ];
  for (const key of keys) assert.equal(sshKeyFault(key.toString()), undefined, key.toString().slice(0, 40));
});

test('sshKeyFault() says what is wrong with a key, and nothing of it', () => {
  const pem = privateKey.export(PLAIN).toString();
  const cases: readonly (readonly [string, RegExp])[] = [
    ['', /no private key/],
    ['geheim', /no private key/],
    [pem.split('\n').slice(0, -2).join('\n'), /no private key/],
    [pem.replace('END PRIVATE KEY', 'END RSA PRIVATE KEY'), /no private key/],
    [pem.replace(/\n.{20}/, '\n'), /cannot be read/],
    [openSshKey('none').replace(/\n.{8}/, '\n'), /cannot be read/],
    [privateKey.export({ ...PLAIN, ...locked }).toString(), /with a passphrase/],
    [privateKey.export({ type: 'sec1', format: 'pem', ...locked }).toString(), /with a passphrase/],
    [openSshKey('aes256-ctr'), /with a passphrase/],
    [publicKey.export({ type: 'spki', format: 'pem' }).toString(), /public key/],
    ['ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAA me@example.com', /public key/],
  ];
  for (const [text, rule] of cases) {
    const fault = sshKeyFault(text);
    assert.match(fault?.rule ?? '', rule, text.slice(0, 60));
    assert.doesNotMatch(JSON.stringify(fault), /geheim|BEGIN/);
  }
});

test('knownHostsFault() reads the lines of OpenSSH, and counts to the one it cannot read', () => {
  const good = [
    '',
    '# a comment\n\ngithub.com ssh-ed25519 AAAAC3Nz\r\n',
    '@cert-authority *.example.com ecdsa-sha2-nistp256 AAAAE2== a comment',
    'github.com\n[example.com]:2222,10.0.0.1',
    '|1|F1E1K=|Po= ssh-rsa AAAAB3NzaC1yc2EAAAADAQ\n[host]:2222,10.0.0.1 sk-ssh-ed25519@openssh.com AAAA',
  ];
  for (const text of good) assert.equal(knownHostsFault(text), undefined, text);
  assert.match(knownHostsFault('github.com ssh-rsa AAAA\ngithub.com ssh-rsa')?.rule ?? '', /^line 2 /);
  assert.match(knownHostsFault('-----BEGIN OPENSSH PRIVATE KEY-----')?.rule ?? '', /^line 1 /);
});
