import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { FunctionPatch } from '@slipway/spec';
import { functionSettingsProblem } from './function-rules.ts';
import { completeFunctionSettings } from './function-settings.ts';

const INLINE = `data:text/javascript;base64,${Buffer.from('exports.main = () => ({})').toString('base64')}`;

function problemOf(given: FunctionPatch) {
  return functionSettingsProblem(completeFunctionSettings({ code_reference: INLINE, runtime: 'nodejs-22', ...given }));
}

test('functionSettingsProblem(): what is allowed', () => {
  const good: readonly FunctionPatch[] = [
    {},
    { code_reference: 'data:,hello', runtime: 'python-3.13' },
    { code_reference: 'cr://icr.io/a/b:1', code_secret: 'login' },
    { scale_concurrency: 10 },
    { scale_cpu_limit: '0.25', scale_memory_limit: '1G' },
    { run_env_variables: [{ name: 'PORT', value: '1' }] },
  ];
  for (const given of good) assert.equal(problemOf(given), undefined, JSON.stringify(given));
});

test('functionSettingsProblem(): what is refused names the field, and shows no code', () => {
  const bad: readonly (readonly [FunctionPatch, field: string])[] = [
    [{ runtime: 'nodejs-4' }, 'runtime'],
    [{ code_reference: 'main.js' }, 'code_reference'],
    [{ code_reference: 'data:geheim' }, 'code_reference'],
    [{ code_reference: 'data:text/plain;base64,ge heim' }, 'code_reference'],
    [{ code_reference: `data:,${'geheim'.repeat(20_000)}` }, 'code_reference'],
    [{ code_reference: 'cr://No Image' }, 'code_reference'],
    [{ code_secret: 'login' }, 'code_secret'],
    [{ scale_cpu_limit: '2', scale_memory_limit: '4G' }, 'scale_cpu_limit'],
    [{ scale_memory_limit: '2G' }, 'scale_memory_limit'],
    [{ runtime: 'python-3.11', scale_concurrency: 2 }, 'scale_concurrency'],
    [{ run_env_variables: [{ name: 'CE_FUNCTION', value: '1' }] }, 'run_env_variables.name'],
    [{ run_compute_resource_token_enabled: true }, 'run_compute_resource_token_enabled'],
  ];
  for (const [given, field] of bad) {
    const problem = problemOf(given);
    assert.equal(problem?.field, field, JSON.stringify(given).slice(0, 80));
    assert.doesNotMatch(JSON.stringify(problem), /geheim/);
  }
});
