import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { PLATFORM_VERSION } from '@slipway/spec';
import { COMMANDS } from './command-table.ts';
import { changeSettings, readSettings } from './login/cli-settings.ts';
import { runCommand } from './run-command.ts';

async function run(t: TestContext, ...words: string[]) {
  const home = await mkdtemp(join(tmpdir(), 'slipway-cli-'));
  t.after(() => rm(home, { recursive: true, force: true }));
  let out = '';
  let err = '';
  const code = await runCommand({
    words,
    env: { HOME: home, SLIPWAY_PLATFORM: 'none-of-this-name', PATH: process.env['PATH'] },
    cwd: home,
    signal: new AbortController().signal,
    terminal: {
      write: (text) => void (out += text),
      writeError: (text) => void (err += text),
      isInteractive: false,
      hasColor: false,
      columns: () => 80,
    },
  });
  return { code, out, err, home };
}

test('slipway version is the version of the platform', async (t) => {
  const { code, out } = await run(t, 'version', '--quiet');
  assert.deepEqual([code, out], [0, `${PLATFORM_VERSION}\n`]);
});

test('every command has a help that names all its available options', async (t) => {
  for (const entry of COMMANDS) {
    const { code, out } = await run(t, ...entry.words, '--help');
    assert.equal(code, 0);
    for (const spec of Object.values((await entry.load()).options))
      assert.ok(out.includes(spec.names[0]), spec.names[0]);
  }
});

test('mistakes are told with what was meant, on stderr, with the exit code of a wrong command line', async (t) => {
  const cases: readonly (readonly [readonly string[], RegExp])[] = [
    [['deplyo'], /Did you mean: slipway deploy\?/],
    [['app', 'lsit'], /Did you mean: slipway app list\?/],
    [['app', 'banana'], /There are: create, get, list/],
    [['app'], /it is a group of commands/],
    [['conn', 'outbund', 'list'], /Did you mean: slipway connectivity outbound\?/],
    [['connectivity', 'outbound', 'lst'], /Did you mean: slipway connectivity outbound list\?/],
    [['experimental', 'magic'], /Cannot find the command "experimental magic"/],
    [['fleet', 'get', '--id', 'a'], /Running fleets is not available yet/],
    [['jobrun', 'restart', '--jobrun', 'x'], /Restarting a job run is not available yet/],
    [['jr', 'submit'], /it needs a job or an image/],
    [['fn', 'create', '-n', 'x', '-r', 'nodejs-22'], /function "x": it needs code/],
    [['app', 'get'], /--name is missing/],
    [['app', 'get', 'web', '--name', 'api'], /both "web" and --name/],
    [['job', 'create', '-n', 'x', '--tpe'], /Trusted profiles \(--tpe\) is not available yet/],
    [['app', 'create', '-n', 'x'], /it needs an image or a source/],
    [['up', '--context', 'work'], /Cannot start a platform with --context "work"/],
    [['doctor', '--context', 'work'], /the command is about this machine/],
    [['whoami', '--context', 'work', '--platform', 'x'], /Cannot use both --context and --platform/],
    [['deploy', 'nowhere'], /there is no such folder/],
    [['application', 'list', '--sort-by', 'nam'], /Did you mean name\?/],
  ];
  for (const [words, message] of cases) {
    const { code, out, err } = await run(t, ...words);
    assert.match(err, message, words.join(' '));
    assert.match(err, /^Error: /);
    assert.equal(code, 2, words.join(' '));
    if (words.length > 1) assert.equal(out, '');
  }
});

test('groups show their commands, and short words stand for long ones', async (t) => {
  const connectivity = await run(t, 'conn', '--help');
  assert.equal(connectivity.code, 0);
  assert.match(connectivity.out, /outbound create .*\n.*outbound get/);
  const alone = await run(t, 'fleet', 'worker');
  assert.equal(alone.code, 2);
  assert.match(alone.err, /Cannot run "fleet worker" alone/);
  assert.match((await run(t, 'help', 'fleet', 'worker')).out, /Usage: slipway fleet worker COMMAND/);
  assert.match((await run(t, 'h', 'dm', 'create')).out, /--tls-secret/);
  const beta = await run(t, 'beta');
  assert.deepEqual([beta.code, beta.out, beta.err], [0, 'Commands that are tried out; there are none\n', '']);
  assert.equal((await run(t, 'v', '--quiet')).out, `${PLATFORM_VERSION}\n`);
});

test('what belongs to fleets is understood in full, and then said not to be there yet', async (t) => {
  const upcoming = COMMANDS.filter(({ words }) => words[0] === 'fleet' || words[1] === 'subnetpool');
  for (const entry of upcoming) {
    const required = Object.values((await entry.load()).options).filter((spec) => spec.required);
    const given = required.flatMap((spec) => [spec.names[0], 'x']);
    const { code, err } = await run(t, ...entry.words, ...given);
    assert.equal(code, 2, entry.words.join(' '));
    assert.match(err, /^Error: (Running fleets|Keeping subnet pools) is not available yet\n/, entry.words.join(' '));
  }
  assert.equal(upcoming.length, 15);
  assert.match((await run(t, 'fleet', 'list', '--help')).out, /\n\nRunning fleets is not available yet\.\n/);
});

test('a command for a platform that does not exist says how to start one', async (t) => {
  const { code, err } = await run(t, 'app', 'list');
  assert.equal(code, 1);
  assert.match(err, /Cannot reach platform "none-of-this-name"/);
  assert.match(err, /slipway up --platform none-of-this-name/);
});

test('the selected project is remembered for its platform', async (t) => {
  const { home } = await run(t, 'version');
  const env = { HOME: home };
  assert.deepEqual(await readSettings(env), { projects: {}, contexts: {} });
  await changeSettings(env, (settings) => ({ ...settings, projects: { default: 'abc' } }));
  assert.deepEqual(await readSettings(env), { projects: { default: 'abc' }, contexts: {} });
});
