/** The program `ibmcloud`, as scripts for the public cloud run it: real processes in a shell, against a real server. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFile, stat, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { test, type TestContext } from 'node:test';
import { startRealControl } from '@slipway/server/testing';
import { newPerson } from './login-bench.ts';

const CHECKOUT = resolve(import.meta.dirname, '../..');
const SCRIPT = join(CHECKOUT, 'test/cli/public-cloud-script.sh');

interface Ended {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

async function openShell(t: TestContext) {
  const platform = await startRealControl(t);
  const { home } = await newPerson(t);
  const user = 'robot@example.com';
  await platform.client.setPlatformMember({ params: { id: user }, body: { role: 'editor' } });
  const { apikey } = await platform.client.createApiKey({ body: { name: 'ci', owner: user } });
  await writeFile(join(home, 'key.json'), JSON.stringify({ name: 'ci', apikey }), { mode: 0o600 });
  const PATH = `${join(CHECKOUT, 'bin')}:${process.env['PATH']}`;
  const env = { HOME: home, PATH, SLIPWAY_URL: platform.origin };
  const run = (program: string, ...argv: readonly string[]) =>
    new Promise<Ended>((done) => {
      execFile(program, argv, { cwd: home, env }, (error, out, err) =>
        done({ code: error === null ? 0 : Number(error.code), out, err }),
      );
    });
  return { ...platform, home, apikey, user, run };
}

test('a script for the public cloud runs as it is, from logging in to deleting its project', async (t) => {
  const { apikey, client, run } = await openShell(t);
  const { code, out, err } = await run('sh', SCRIPT, 'us-south', 'pipeline');
  assert.equal(code, 0, `${out}\n${err}`);
  for (const line of [
    /^ibmcloud \d+\.\d+\.\d+ \(Slipway\)$/m,
    /^code-engine\[ce\] /m,
    /^API endpoint: +http:\/\/127\.0\.0\.1:\d+$/m,
    /^Resource group: +Default$/m,
    /^Targeted region local$/m,
    /^URL=http:\/\/web\.pipeline\S*$/m,
    /^web +Ready +http/m,
    /"status": "pending"/,
  ])
    assert.match(out, line);
  assert.match(err, /"https:\/\/cloud\.ibm\.com" stands for this platform here; nothing is sent there/);
  assert.ok(!`${out}${err}`.includes(apikey));
  const { projects } = await client.listProjects();
  assert.ok(!projects.some(({ name }) => name === 'pipeline'));
});

test('ibmcloud tells where commands go, makes keys for its owner alone, and gives a token that the API takes', async (t) => {
  const { clientWith, home, run, user } = await openShell(t);
  const must = async (...argv: readonly string[]) => {
    const { code, out, err } = await run('ibmcloud', ...argv);
    assert.equal(code, 0, `${argv.join(' ')}\n${out}${err}`);
    return out;
  };
  await must('login', '--apikey', '@key.json', '--no-region', '-q', '-g', 'Team');
  const place = JSON.parse(await must('target', '--output', 'json')) as Record<string, Record<string, unknown>>;
  assert.deepEqual([place['user']?.['iam_id'], place['resource_group']?.['name']], [user, 'Team']);
  const [, token = ''] = /^IAM token: {2}Bearer (\S+)\n$/.exec(await must('iam', 'oauth-tokens')) ?? [];
  assert.equal((await clientWith(token).getCaller()).id, user);
  await must('iam', 'api-key-create', 'second', '-d', 'For a test', '--file', 'second.json');
  assert.equal((await stat(join(home, 'second.json'))).mode & 0o777, 0o600);
  const { apikey } = JSON.parse(await readFile(join(home, 'second.json'), 'utf8')) as { readonly apikey: string };
  assert.equal((await clientWith(apikey).getCaller()).id, user);
  const id = (await must('resource', 'group', 'Team', '--id')).trim();
  assert.match(await must('resource', 'groups'), new RegExp(`\nTeam +${id} +true +ACTIVE\n`));
  assert.match(await must('regions'), /\nName +Display name\nlocal +local\n/);

  const direct = await run('slipway', 'project', 'list', '--output', 'json');
  const around = await run('ibmcloud', 'ce', 'project', 'list', '--output', 'json');
  assert.equal(around.code, 0, around.err);
  assert.deepEqual(around, direct);
});

test('what ibmcloud does not know is said not to be here, and fails', async (t) => {
  const { run } = await openShell(t);
  for (const [argv, message] of [
    [['cr', 'login'], /^FAILED\nError: Cannot run "ibmcloud cr login": it is not here\n/],
    [['resource', 'service-instances'], /^FAILED\nError: Cannot run "ibmcloud resource service-instances"/],
    [['plugin', 'install', 'container-registry'], /^FAILED\nError: Cannot install plug-in "container-registry"/],
    [['login', '-u', 'anna', '-p', 'x'], /^FAILED\nError: Cannot log in with a user and a password/],
    [['login', '--skip-ssl-validation'], /^FAILED\nError: Cannot leave the certificate unchecked/],
    [['target', '--space', 'dev'], /^FAILED\nError: Cannot understand the option "--space"/],
  ] as const) {
    const { code, out, err } = await run('ibmcloud', ...argv);
    assert.match(err, message, argv.join(' '));
    assert.deepEqual([code, out], [2, ''], argv.join(' '));
  }
});
