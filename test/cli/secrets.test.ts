/** `slipway secret`, `registry`, `repo` and `configmap` over HTTP. */
import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { openCommandBench } from './command-bench.ts';

const KEY = generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' });

test('registry access is a secret of its format, and leaves other secrets alone', async (t) => {
  const bench = await openCommandBench(t);
  await writeFile(join(bench.folder, 'pw'), 'geheim\n');
  await bench.must('registry', 'create', '--name', 'login', '--password-from-file', 'pw', '--email', 'a@example.com');
  await bench.must('secret', 'create', '--name', 'other', '--from-literal', 'A=1');
  assert.match(await bench.must('registry', 'list'), /^Name +Age\nlogin +\d+s\n$/);
  const text = await bench.must('registry', 'get', 'login');
  assert.match(text, /^Name: +login\nProject: +shop\nProject ID: +\S+\nAge: +\d+s\nCreated: +\S+\n\nData:\n---\n/);
  assert.doesNotMatch(text, /geheim/);
  assert.match(
    await bench.must('registry', 'get', 'login', '--decode'),
    /\nserver: us\.icr\.io\nusername: iamapikey\n/,
  );
  await bench.must('registry', 'update', 'login', '-s', 'registry.example', '-u', 'me');
  const data = (await bench.read('secret', 'get', 'login', '-d'))['data'];
  assert.deepEqual(data, { server: 'registry.example', username: 'me', password: 'geheim', email: 'a@example.com' });

  await bench.fails(['registry', 'get', 'other'], 'conflict', /its format is generic, not registry/);
  await bench.fails(['registry', 'delete', 'other', '-f'], 'conflict', /its format is generic/);
  await bench.fails(['registry', 'update', 'other', '-p', 'x'], 'conflict', /its format is generic/);
  await bench.fails(['registry', 'create', '-n', 'empty'], 'usage', /data\.password/);
  await bench.fails(['registry', 'get', 'lgoin'], 'not_found', /Did you mean "login"\?/);
  await bench.must('registry', 'delete', 'login', '-f');
  await bench.must('registry', 'delete', 'login', '-f', '--inf');
  assert.match(await bench.must('secret', 'list'), /^Name +Format +Age\nother +generic +\d+s\n$/);
});

test('repository access keeps a key for a host', async (t) => {
  const bench = await openCommandBench(t);
  await writeFile(join(bench.folder, 'id'), KEY);
  await writeFile(join(bench.folder, 'hosts'), '# mine\ngit.example.com,10.0.0.1 ssh-ed25519 AAAA\n');
  const create = ['repo', 'create', '--name', 'git', '--key-path', 'id', '--host'];
  await bench.fails(
    [...create, 'github.com', '--khp', 'hosts'],
    'usage',
    /"github\.com": the file of known hosts has no/,
  );
  await bench.must(...create, 'git.example.com', '--known-hosts-path', 'hosts');
  assert.match(await bench.must('repo', 'list'), /^Name +Age\ngit +\d+s\n$/);
  assert.match(await bench.must('repo', 'get', 'git', '--decode'), /\nssh_key:\n {2}-----BEGIN PRIVATE KEY-----\n/);
  await bench.must('repo', 'update', 'git', '--host', 'git.example.com', '--key-path', 'id');
  await bench.fails(['repo', 'update', 'git', '--host', 'github.com'], 'usage', /no line for it/);
  await bench.fails(['repo', 'create', '-n', 'x', '--ho', 'github.com'], 'usage', /--key-path is missing/);
  await bench.fails(['repo', 'create', '-n', 'x', '--ho', 'a', '--kp', 'hosts'], 'usage', /data\.ssh_key/);
  await bench.must('repo', 'delete', 'git', '--force');
  await bench.fails(['repo', 'get', 'git'], 'not_found', /Cannot find secret "git"/);
});

test('a key is asked for on a terminal only', async (t) => {
  const bench = await openCommandBench(t);
  const create = ['secret', 'create', '-n', 'keys', '--format', 'hmac', '--akid', 'a'];
  await bench.fails(
    [...create, '--secret-access-key-prompt'],
    'usage',
    /secret access key: standard input is no terminal/,
  );
  await bench.must(...create, '--sak', 'geheim');
  await bench.fails(['secret', 'update', 'keys', '--access-key-id-prompt'], 'usage', /standard input is no terminal/);
});

test('config maps are created, shown, listed, changed and deleted', async (t) => {
  const bench = await openCommandBench(t);
  await bench.must('cm', 'create', '-n', 'colours', '-l', 'SKY=blue', '-l', 'GRASS=green');
  await bench.must('configmap', 'update', 'colours', '--rm', 'GRASS', '-l', 'SKY=grey');
  const text = await bench.must('configmap', 'get', 'colours');
  assert.match(text, /^Name: +colours\nID: +\S+\nProject Name: +shop\nProject ID: +\S+\nAge: /);
  assert.match(text, /\n\nData:\n---\nSKY: grey\n$/);
  assert.match(await bench.must('cm', 'list', '-s', 'age'), /^Name +Data +Age\ncolours +1 +\d+s\n$/);
  await bench.fails(['cm', 'update', 'colours', '--rm', 'MOON'], 'usage', /Cannot drop key "MOON"/);
  await bench.fails(['cm', 'get', 'colors'], 'not_found', /Did you mean "colours"\?/);
  await bench.must('cm', 'delete', 'colours', '-f');
});
