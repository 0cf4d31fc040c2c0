import assert from 'node:assert/strict';
import { test } from 'node:test';
import { codeChoiceOf, functionSettings, inlineCodeOf, inlineReference } from './function-body.ts';

test('functionSettings() sends only what was given', () => {
  assert.deepEqual(functionSettings({}), {});
  const options = {
    cpu: '0.5',
    memory: '2G',
    main: 'handle',
    runtime: 'nodejs-22',
    visibility: 'private',
    env: ['A=1'],
    maxExecutionTime: 30,
    scaleDownDelay: 0,
    codeBundleSecret: 'login',
  };
  assert.deepEqual(functionSettings(options), {
    scale_cpu_limit: '0.5',
    scale_memory_limit: '2G',
    code_main: 'handle',
    code_secret: 'login',
    managed_domain_mappings: 'local_private',
    run_env_variables: [{ type: 'literal', name: 'A', value: '1' }],
    runtime: 'nodejs-22',
    scale_down_delay: 0,
    scale_max_execution_time: 30,
  });
});

test('inlineReference() and inlineCodeOf() keep every byte', () => {
  const code = Uint8Array.from([0, 10, 255, 226, 130, 172]);
  assert.deepEqual(Uint8Array.from(inlineCodeOf(inlineReference(code)) ?? []), code);
  assert.equal(Buffer.from(inlineCodeOf('data:text/plain,a%20b%2Cc') ?? []).toString(), 'a b,c');
  assert.equal(inlineCodeOf('cr://registry.example/greet:1'), undefined);
});

test('codeChoiceOf() takes one kind of code', () => {
  assert.equal(codeChoiceOf({}), undefined);
  assert.equal(codeChoiceOf({ inlineCode: 'main.js' }), 'file');
  assert.equal(codeChoiceOf({ codeBundle: 'cr://a/b' }), 'bundle');
  assert.throws(() => codeChoiceOf({ inlineCode: 'main.js', codeBundle: 'cr://a/b' }), /one of them/);
  assert.throws(() => codeChoiceOf({ buildSource: '.' }), /code bundle \(--build-source\) is not available yet/);
});
