import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { CommandFault, UsageFault } from './usage-fault.ts';
import { faultThere, programOf, whereFlagsOf, withProgram, withWhereFlags } from './offered-command.ts';

const FLAGS = ' --platform test';

test('whereFlagsOf() gives the flags that were given, quoted where a shell asks for it', () => {
  assert.equal(whereFlagsOf({}), '');
  assert.equal(whereFlagsOf({ platform: 'test', project: "Bob's" }), ` --platform test --project 'Bob'\\''s'`);
});

test('withWhereFlags() puts them behind a command that is offered, and behind nothing else', () => {
  const changed: Readonly<Record<string, string>> = {
    'Its log: slipway app logs --name web': 'Its log: slipway app logs --name web --platform test',
    '  slipway app get --name web': '  slipway app get --name web --platform test',
    'Until 12:00:01 it stays: slipway project restore --id 1':
      'Until 12:00:01 it stays: slipway project restore --id 1 --platform test',
    'Write one: slipway export > slipway.yaml': 'Write one: slipway export --platform test > slipway.yaml',
    'Go on: slipway apply; what is done stays as it is':
      'Go on: slipway apply --platform test; what is done stays as it is',
  };
  for (const [line, wanted] of Object.entries(changed)) {
    assert.equal(withWhereFlags(line, FLAGS), wanted);
    assert.equal(withWhereFlags(line, ''), line);
  }
  for (const line of [
    'App "web" is ready after 3 s',
    '| Begin: slipway deploy FOLDER',
    '  curl http://web.localhost',
    'Start it: slipway up --platform other',
    'See all: slipway app list --project shop',
    'Log in: slipway login --url URL',
    'Revoke it: slipway apikey list, slipway apikey delete ID',
  ])
    assert.equal(withWhereFlags(line, FLAGS), line);
});

test('faultThere() keeps what a fault is and says', () => {
  const fault = faultThere(new CommandFault('unhealthy', 'No', ['| line', 'See: slipway app get']), FLAGS);
  assert.ok(fault instanceof CommandFault);
  assert.deepEqual(
    [fault.exit, fault.message, fault.fix],
    ['unhealthy', 'No', ['| line', 'See: slipway app get --platform test']],
  );
  const usage = faultThere(new UsageFault('Wrong', ['List them: slipway app list']), FLAGS);
  assert.ok(usage instanceof UsageFault);
  assert.deepEqual(usage.fix, ['List them: slipway app list --platform test']);
  const other = new Error('Else');
  assert.equal(faultThere(other, FLAGS), other);
});

test('programOf() is what was typed, or the name where a shell finds it', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'slipway-path-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  const here = { PATH: `/nowhere:${folder}`, SLIPWAY_PROGRAM: './slipway' };
  assert.equal(programOf(here), './slipway');
  assert.equal(programOf({}), 'slipway');
  assert.equal(programOf({ ...here, SLIPWAY_PROGRAM: 'bin/ibmcloud' }), 'slipway');
  assert.equal(programOf({ ...here, SLIPWAY_PROGRAM: '/my folder/slipway' }), 'slipway');
  await writeFile(join(folder, 'slipway'), '');
  assert.equal(programOf(here), 'slipway');
});

test('withProgram() names the program of offered commands alone', () => {
  assert.equal(
    withProgram('  See: slipway app list --project a > b', './slipway'),
    '  See: ./slipway app list --project a > b',
  );
  assert.equal(withProgram('  slipway status', './slipway'), '  ./slipway status');
  for (const line of ['Welcome to slipway ', '| Begin: slipway deploy', 'Plan: create app "slipway"'])
    assert.equal(withProgram(line, './slipway'), line);
});
