/** Logging in to a platform elsewhere, and speaking to several in turn. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { enterCode, SIGN_IN_CLIENT, startLogInProvider, startRealControl } from '@slipway/server/testing';
import { keyFor, newPerson, type Person } from './login-bench.ts';
import { LOOPBACK_CERTIFICATE, LOOPBACK_CERTIFICATE_KEY } from './loopback-certificate.ts';

const USER = 'anna@example.com';

async function openPlatform(t: TestContext, project = 'shop') {
  const platform = await startRealControl(t);
  const { id: projectId = '' } = await platform.client.createProject({ body: { name: project } });
  return { ...platform, projectId, ...(await keyFor(platform, { user: USER, projectId })) };
}

interface StoredCredential {
  readonly kind: string;
  readonly refreshToken?: string;
  readonly access: { readonly token: string; readonly expiresAtS: number };
}
type Stored = Record<string, StoredCredential>;

const credentialsPath = ({ home }: Person) => join(home, '.config/slipway/credentials.json');
const readStored = async (person: Person) => JSON.parse(await readFile(credentialsPath(person), 'utf8')) as Stored;

/** As after the hour of its token. */
async function passHour(person: Person): Promise<void> {
  const stored = Object.entries(await readStored(person)).map(([name, credential]) => [
    name,
    { ...credential, access: { ...credential.access, expiresAtS: 1 } },
  ]);
  await writeFile(credentialsPath(person), JSON.stringify(Object.fromEntries(stored)));
}

test('a key logs in from elsewhere, its token is renewed unseen, and nothing prints or lays open a credential', async (t) => {
  const { key, origin, projectId } = await openPlatform(t);
  const person = await newPerson(t);
  await writeFile(join(person.home, 'key.json'), JSON.stringify({ apikey: key }));
  const login = await person.run(['login', '--url', `${origin}/v2/`, '--apikey', '@key.json', '--context', 'work']);
  assert.equal(login.code, 0, login.err);
  assert.match(login.err, /as anna@example\.com; commands use context "work" now\nProject "shop" is selected/);
  assert.doesNotMatch(login.err, /Warning/);
  const caller = JSON.parse(await person.must(['whoami', '-o', 'json'])) as Record<string, unknown>;
  assert.deepEqual(
    [caller['id'], caller['context'], caller['url'], caller['selected_project_id']],
    [USER, 'work', origin, projectId],
  );

  const files = await readdir(join(person.home, '.config/slipway'));
  assert.deepEqual(files.toSorted(), ['config.json', 'credentials.json', 'lock']);
  for (const name of ['config.json', 'credentials.json'])
    assert.equal((await stat(join(person.home, '.config/slipway', name))).mode & 0o777, 0o600, name);
  const first = (await readStored(person))['work']?.access.token ?? '';
  await person.must(['project', 'current']);
  assert.equal((await readStored(person))['work']?.access.token, first);
  await passHour(person);
  await person.must(['project', 'current']);
  const second = (await readStored(person))['work']?.access.token ?? '';
  assert.notEqual(second, first);

  const printed = await Promise.all(
    [['context', 'show', '-o', 'json'], ['context', 'list', '-o', 'yaml'], ['context', 'show'], ['whoami']].map(
      (words) => person.must(words),
    ),
  );
  const all = [
    login.out,
    login.err,
    ...printed,
    await readFile(join(person.home, '.config/slipway/config.json'), 'utf8'),
  ];
  for (const text of all) for (const secret of [key, first, second]) assert.ok(!text.includes(secret));
});

test('a log-in that keeps no key goes on with its refresh token, and ends with the key', async (t) => {
  const platform = await openPlatform(t);
  const person = await newPerson(t);
  const env = { SLIPWAY_API_KEY: platform.key };
  await person.must(['login', '--url', platform.origin, '--no-keep-key', '--context', 'work'], env);
  const before = (await readStored(person))['work'];
  assert.equal(before?.kind, 'session');
  assert.ok(!JSON.stringify(before).includes(platform.key));
  await passHour(person);
  await person.must(['app', 'list']);
  const after = (await readStored(person))['work'];
  assert.notEqual(after?.refreshToken, before?.refreshToken);

  await platform.client.deleteApiKey({ params: { id: platform.id } });
  const refused = /takes the log-in no more\n {2}Log in again: slipway login --context work\n/;
  await person.fails(['app', 'list'], 'auth', refused);
  await passHour(person);
  await person.fails(
    ['app', 'list'],
    'auth',
    /the log-in to context "work" has ended\n {2}Log in again: slipway login/,
  );
});

test('contexts are listed, chosen, renamed and deleted, and each remembers its own project', async (t) => {
  const [one, other] = [await openPlatform(t, 'shop'), await openPlatform(t, 'bank')];
  const person = await newPerson(t);
  for (const [name, { key, origin }] of Object.entries({ one, other }))
    await person.must(['login', '--url', origin, '--context', name], { IBMCLOUD_API_KEY: key });
  assert.match(await person.must(['project', 'current']), /^Name: +bank\n/);
  assert.match(await person.must(['project', 'current', '--context', 'one']), /^Name: +shop\n/);
  assert.match(await person.must(['project', 'current'], { SLIPWAY_CONTEXT: 'one' }), /^Name: +shop\n/);
  await person.fails(['whoami', '--context', 'oen'], 'not_found', /Did you mean "one"\?/);
  await person.fails(['status'], 'failure', /context "other" is a platform elsewhere/);

  await person.must(['context', 'use', 'one']);
  await person.must(['ctx', 'rename', 'one', '--new-name', 'first']);
  await person.fails(['context', 'rename', 'first', '--new-name', 'other'], 'conflict', /there is one named "other"/);
  await person.fails(['context', 'rename', 'first', '--new-name', 'local'], 'usage', /stands for the platform of this/);
  assert.match(await person.must(['project', 'current']), /^Name: +shop\n/);
  const list = await person.must(['context', 'list']);
  assert.match(
    list,
    /^ +Name +Address +Project +Logged in\n +local +this machine +yes\n\* +first +http:\S+ +\S+ +yes\n/,
  );
  const { items } = JSON.parse(await person.must(['context', 'list', '-o', 'json'])) as { items: { name: string }[] };
  assert.deepEqual(
    items.map(({ name }) => name),
    ['local', 'first', 'other'],
  );

  await person.must(['logout']);
  await person.fails(['app', 'list'], 'auth', /nobody is logged in to context "first"/);
  await person.must(['context', 'delete', 'first']);
  await person.fails(['context', 'show', 'first'], 'not_found', /Cannot find context "first"/);
  assert.deepEqual(Object.keys(await readStored(person)), ['other']);
  // Without a chosen context a command is for this machine again, where there is no platform for this person.
  await person.fails(['app', 'list', '--platform', 'none-of-this-name'], 'failure', /does not exist on this machine/);
  await person.must(['context', 'use', 'other']);
  await person.must(['logout', '--all']);
  assert.deepEqual(await readStored(person), {});
});

test('ten commands at once lose nothing of each other', async (t) => {
  const { key, origin } = await openPlatform(t);
  const person = await newPerson(t);
  const names = Array.from({ length: 10 }, (_, at) => `c${at}`);
  const env = { SLIPWAY_API_KEY: key };
  await Promise.all(names.map((name) => person.must(['login', '--url', origin, '--context', name], env)));
  assert.deepEqual(Object.keys(await readStored(person)).toSorted(), names);
  await passHour(person);
  await Promise.all(names.map((name) => person.must(['whoami', '--context', name])));
  const fresh = Object.values(await readStored(person)).filter(({ access }) => access.expiresAtS > 1);
  assert.equal(fresh.length, 10);
});

test('a wrong key, a wrong address and a wrong word are told, and nothing is kept', async (t) => {
  const { key, origin } = await openPlatform(t);
  const person = await newPerson(t);
  const inline = await person.run(['login', '--url', origin, '--apikey', 'slk_wrong']);
  assert.match(inline.err, /^Warning: an API key in the command line can be read by other users/);
  assert.match(inline.err, /Error: Cannot log in to http:\S+: the API key is not known there, or was revoked/);
  assert.equal(inline.code, 4);
  assert.ok(!inline.err.includes('slk_wrong'));
  // A port that is free now may be another test's a moment later; this one is given to nobody.
  const nothing = ['login', '--url', 'http://127.0.0.1:2', '--apikey', key];
  await person.fails(nothing, 'failure', /Cannot reach http:\/\/127\.0\.0\.1:\d+: nothing listens there/);
  await person.fails(['login', '--url', 'platform.example.com'], 'usage', /it must begin with http/);
  await person.fails(['login', '--url', `http://anna:${key}@127.0.0.1`], 'usage', /a user or a password in it: 127\.0/);
  await person.fails(['login', '--url', origin, '--apikey', '@none'], 'failure', /Cannot read the API key from file/);
  await person.fails(['login', '--url', origin, '--ca-file', 'none.pem'], 'failure', /Cannot read file "none\.pem"/);
  await person.fails(['login', '--url', origin, '--sso', '--apikey', '-'], 'usage', /both --sso and --apikey/);
  await person.fails(['login', '--url', origin, '--sso'], 'auth', /the platform has no log-in provider/);
  await person.fails(['context', 'use', 'work'], 'not_found', /Make it by logging in/);
  await assert.rejects(readStored(person), { code: 'ENOENT' });
});

test('a person signs in with the log-in provider of the platform, in a browser', async (t) => {
  const { issuer } = await startLogInProvider(t, { anna: { groups: ['staff'] } });
  const roles = { staff: { platform: 'administrator' } } as const;
  const platform = await startRealControl(t, { oidc: { issuer, clientId: SIGN_IN_CLIENT, roles } });
  const entered: Promise<string>[] = [];
  const person = await newPerson(t, (text) => {
    const [, address] = /Or open (\S+)/.exec(text) ?? [];
    if (address !== undefined) entered.push(enterCode(address, 'anna'));
  });
  await person.must(['login', '--url', platform.origin, '--sso', '--context', 'work']);
  assert.equal(entered.length, 1);
  assert.match(await person.must(['whoami']), /\nProved by: +an outside log-in\n/);
  assert.ok(((await readStored(person))['work']?.access.expiresAtS ?? 0) > Date.now() / 1000);
  await passHour(person);
  await person.fails(['whoami'], 'auth', /the log-in to context "work" has ended/);
});

/** In front of the platform, as an operator puts one there. */
async function openTlsProxy(t: TestContext, origin: string): Promise<string> {
  const server = createServer({ key: LOOPBACK_CERTIFICATE_KEY, cert: LOOPBACK_CERTIFICATE }, (incoming, answer) => {
    const { method = 'GET', url = '/', headers } = incoming;
    const host = new URL(origin).host;
    const onward = request(origin + url, { method, headers: { ...headers, host } }, (response) => {
      answer.writeHead(response.statusCode ?? 502, response.headers);
      response.pipe(answer);
    });
    incoming.pipe(onward);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => server.close());
  return `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

test('a certificate that nobody knows is refused, until its file is named; then the context trusts it', async (t) => {
  const { key, origin } = await openPlatform(t);
  const url = await openTlsProxy(t, origin);
  const person = await newPerson(t);
  const { home } = person;
  await writeFile(join(home, 'key.txt'), `${key}\n`);
  await writeFile(join(home, 'ca.pem'), LOOPBACK_CERTIFICATE);
  const login = ['login', '--url', url, '--apikey', '@key.txt', '--context', 'work'];
  await person.fails(login, 'failure', /its certificate is signed by nobody known here\n.*--ca-file FILE/);
  await writeFile(join(home, 'none.pem'), 'nothing');
  await person.fails([...login, '--ca-file', 'none.pem'], 'usage', /it holds no certificate/);
  await person.must([...login, '--ca-file', 'ca.pem']);
  assert.match(await person.must(['context', 'show']), /\nOwn certificates: +true\n/);
  assert.match(await person.must(['project', 'current']), /^Name: +shop\n/);
});
