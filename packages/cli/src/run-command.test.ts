import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { PLATFORM_VERSION } from '@slipway/spec';
import { COMMANDS } from './command-table.ts';
import { readSettings, writeSettings } from './cli-settings.ts';
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
    [['job', 'list'], /"slipway job" is not available yet/],
    [['project', 'restore', '-n', 'x'], /"slipway project restore" is not available yet/],
    [['app', 'get'], /--name is missing/],
    [['app', 'get', 'web', '--name', 'api'], /both "web" and --name/],
    [['app', 'create', '-n', 'x', '--tpe'], /Trusted profiles \(--tpe\) is not available yet/],
    [['app', 'create', '-n', 'x'], /it needs an image or a source/],
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

test('a command for a platform that does not exist says how to start one', async (t) => {
  const { code, err } = await run(t, 'app', 'list');
  assert.equal(code, 1);
  assert.match(err, /Cannot reach platform "none-of-this-name"/);
  assert.match(err, /slipway up --platform none-of-this-name/);
});

test('the selected project is remembered for its platform', async (t) => {
  const { home } = await run(t, 'version');
  const env = { HOME: home };
  assert.deepEqual(await readSettings(env), { projects: {} });
  await writeSettings(env, { projects: { default: 'abc' } });
  assert.deepEqual(await readSettings(env), { projects: { default: 'abc' } });
});
