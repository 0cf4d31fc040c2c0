import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { EnvVarPrototype } from '@slipway/spec';
import { changedEnv, containerSettings, given, mergeEnv, visibilityFor } from './runtime-body.ts';
import { refuseGitSource } from './source-options.ts';

const CURRENT: readonly EnvVarPrototype[] = [
  { type: 'literal', name: 'A', value: '1' },
  { type: 'secret_key_reference', name: 'TOKEN', reference: 'keys', key: 'TOKEN' },
  { type: 'config_map_full_reference', reference: 'days' },
];

test('given() keeps what has a value, be it empty', () => {
  assert.deepEqual(given({ a: undefined, b: 0, c: '', d: [], e: false }), { b: 0, c: '', d: [], e: false });
});

test('containerSettings() makes a field of each option, and of none that is missing', () => {
  assert.deepEqual(containerSettings({}), {});
  const options = {
    argument: ['-v'],
    runCommand: ['node'],
    cpu: '2',
    memory: '8G',
    ephemeralStorage: '1G',
    env: ['A=1=2'],
    envFromSecret: ['keys:TOKEN'],
    registrySecret: 'login',
    serviceAccount: 'none',
  };
  assert.deepEqual(containerSettings(options), {
    scale_cpu_limit: '2',
    scale_memory_limit: '8G',
    scale_ephemeral_storage_limit: '1G',
    run_arguments: ['-v'],
    run_commands: ['node'],
    run_service_account: 'none',
    run_env_variables: [
      { type: 'literal', name: 'A', value: '1=2' },
      { type: 'secret_key_reference', reference: 'keys', key: 'TOKEN', name: 'TOKEN' },
    ],
    image_secret: 'login',
  });
});

test('containerSettings() lets what clears win over what sets', () => {
  const clear = { argumentsClear: true, commandsClear: true, serviceAccountClear: true, registrySecretClear: true };
  assert.deepEqual(containerSettings({ ...clear, argument: ['-v'], registrySecret: 'login' }), {
    run_arguments: [],
    run_commands: [],
    run_service_account: 'default',
    image_secret: null,
  });
});

test('changedEnv() drops and sets by name, and keeps the rest', () => {
  assert.equal(changedEnv(CURRENT, {}), undefined);
  const changed = changedEnv(CURRENT, { env: ['TOKEN=x'], envRm: ['A'], envFromConfigmapRm: ['days'] });
  assert.deepEqual(changed, [{ type: 'literal', name: 'TOKEN', value: 'x' }]);
  assert.deepEqual(changedEnv(CURRENT, { envFromConfigmap: ['days'] })?.length, 3);
});

test('mergeEnv() refuses to drop what is not there, and a variable without a name', () => {
  assert.throws(() => mergeEnv(CURRENT, [], ['B']), /Cannot drop the environment variable "B"/);
  assert.throws(() => mergeEnv(CURRENT, ['=1'], []), /--env "=1": it must be NAME=VALUE/);
});

test('visibilityFor() knows the words of the API', () => {
  const words = ['public', 'private', 'project', undefined].map(visibilityFor);
  assert.deepEqual(words, ['local_public', 'local_private', 'local', undefined]);
});

test('refuseGitSource() tells a repository from a folder', () => {
  for (const source of ['https://git.example/a', 'git@git.example:a', 'ssh://git.example/a'])
    assert.throws(() => refuseGitSource(source, '--source FOLDER'), /git repository is not available yet/, source);
  for (const source of ['.', './https', '/srv/git', undefined])
    assert.doesNotThrow(() => refuseGitSource(source, '--source FOLDER'));
});
