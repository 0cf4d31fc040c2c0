import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { parseOptions } from '../parse-options.ts';
import { parseJsonData, readSecretData, secretFormat, SECRET_OPTIONS, type SecretOptions } from './secret-options.ts';

function optionsFrom(...words: readonly string[]): SecretOptions {
  return parseOptions(SECRET_OPTIONS, words, 0).options;
}

function contextIn(cwd: string) {
  const terminal = { write() {}, writeError() {}, isInteractive: false, hasColor: false, columns: () => 80 };
  return { cwd, terminal, signal: new AbortController().signal };
}

test('readSecretData() makes the keys of the API from options and files', async (t) => {
  const dir = await mkdtemp(join(tmpdir(), 'slipway-secret-'));
  t.after(() => rm(dir, { recursive: true }));
  await writeFile(join(dir, 'pw'), 'hunter2\n');
  await writeFile(join(dir, 'key.json'), '{"apikey":"hunter3","id":1}');
  await writeFile(join(dir, 'all.json'), '{"A":"1","B":"2"}');
  const login = optionsFrom('--server', 'icr.io', '-u', 'robot', '--password-from-file', 'pw');
  assert.deepEqual(await readSecretData(login, contextIn(dir)), {
    server: 'icr.io',
    username: 'robot',
    password: 'hunter2',
  });
  assert.deepEqual(await readSecretData(optionsFrom('--spfj', 'key.json'), contextIn(dir)), { password: 'hunter3' });
  const generic = optionsFrom('--from-json-file', 'all.json', '--from-literal', 'B=3');
  assert.deepEqual(await readSecretData(generic, contextIn(dir)), { A: '1', B: '3' });
  assert.deepEqual(await readSecretData(optionsFrom('--kp', 'pw'), contextIn(dir)), { ssh_key: 'hunter2\n' });
});

test('credentials of a service may be more than texts, which they then are as JSON', async (t) => {
  const dir = await mkdtemp(join(tmpdir(), 'slipway-secret-'));
  t.after(() => rm(dir, { recursive: true }));
  await writeFile(join(dir, 'key.json'), '{"apikey":"a","version":4,"keys":{"id":"b"}}');
  const data = await readSecretData(optionsFrom('--from-json-file', 'key.json'), contextIn(dir), { asText: true });
  assert.deepEqual(data, { apikey: 'a', version: '4', keys: '{"id":"b"}' });
});

test('a mistake in a file is told without its values', () => {
  for (const text of ['geheim', '["geheim"]', '{"A":{"B":"geheim"}}']) {
    assert.throws(
      () => parseJsonData('x.json', text),
      (error: Error) => /x\.json/.test(error.message) && !/geheim/.test(error.message),
    );
  }
});

test('secretFormat() knows the short words of the command line', () => {
  assert.deepEqual(['ssh', 'hmac', 'tls'].map(secretFormat), ['ssh_auth', 'hmac_auth', 'tls']);
});
