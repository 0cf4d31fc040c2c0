import assert from 'node:assert/strict';
import { test } from 'node:test';
import { chooseTarget, requireContextName } from './target.ts';

const WORK = { url: 'https://work.example.com' };
const SETTINGS = { projects: {}, contexts: { work: WORK, home: { url: 'http://10.0.0.2:8780' } }, current: 'work' };

test('chooseTarget() takes the command line before the environment, and that before what was chosen', () => {
  const nameOf = (choice: object, env: NodeJS.ProcessEnv, settings: Parameters<typeof chooseTarget>[1] = SETTINGS) => {
    const target = chooseTarget(choice, settings, env);
    return target.kind === 'machine' ? `machine ${target.platformName}` : target.name;
  };
  for (const [choice, env, expected] of [
    [{}, {}, 'work'],
    [{ context: 'home' }, { SLIPWAY_CONTEXT: 'work' }, 'home'],
    [{}, { SLIPWAY_CONTEXT: 'home', SLIPWAY_PLATFORM: 'test' }, 'home'],
    [{ platform: 'test' }, { SLIPWAY_CONTEXT: 'home' }, 'machine test'],
    [{}, { SLIPWAY_PLATFORM: 'test' }, 'machine test'],
    [{ context: 'local' }, {}, 'machine default'],
    [{ context: 'local', platform: 'test' }, {}, 'machine test'],
    [{}, { SLIPWAY_CONTEXT: 'local', SLIPWAY_PLATFORM: 'test' }, 'machine test'],
    [{}, { SLIPWAY_CONTEXT: '', SLIPWAY_PLATFORM: '' }, 'work'],
  ] as const)
    assert.equal(nameOf(choice, env), expected, JSON.stringify([choice, env]));
  assert.equal(nameOf({}, {}, { projects: {}, contexts: {} }), 'machine default');
});

test('chooseTarget() refuses what cannot both be meant, and names that lead nowhere', () => {
  assert.throws(
    () => chooseTarget({ context: 'work', platform: 'test' }, SETTINGS, {}),
    /both --context and --platform/,
  );
  assert.throws(() => chooseTarget({ context: 'wrok' }, SETTINGS, {}), /Cannot find context "wrok"/);
  assert.throws(() => chooseTarget({ context: 'toString' }, SETTINGS, {}), /Cannot find context/);
  for (const name of ['', '-x', 'a b', 'local', 'x'.repeat(101)]) assert.throws(() => requireContextName(name), name);
  for (const name of ['work', '192.0.2.10:8780', 'anna@work']) requireContextName(name);
});
