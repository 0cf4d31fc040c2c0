import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CPU_MEMORY_COMBINATIONS, type AppPatch } from '@slipway/spec';
import { appNameProblem, appSettingsProblem } from './app-rules.ts';
import { completeAppSettings } from './app-settings.ts';

const PLACE = { registry: 'localhost:8781', subdomain: 'shop' };

function problemOf(given: AppPatch) {
  return appSettingsProblem(completeAppSettings({ image_reference: 'icr.io/a/b:1', ...given }), PLACE);
}

test('defaults and every documented size are accepted', () => {
  assert.equal(problemOf({}), undefined);
  for (const [cpuMillis, sizes] of CPU_MEMORY_COMBINATIONS) {
    for (const bytes of sizes) {
      const size = { scale_cpu_limit: String(cpuMillis / 1000), scale_memory_limit: `${bytes / 1e6}M` };
      assert.equal(problemOf(size), undefined, JSON.stringify(size));
    }
  }
});

test('what is allowed at the edge', () => {
  const good: readonly AppPatch[] = [
    { scale_min_instances: 10 },
    { scale_min_instances: 200, scale_max_instances: 0 },
    { scale_concurrency: 5, scale_concurrency_target: 5 },
    { scale_cpu_limit: '125m', scale_memory_limit: '0.25G' },
    { scale_ephemeral_storage_limit: '4G' },
    { scale_cpu_limit: '0.125', scale_memory_limit: '250M', scale_ephemeral_storage_limit: '400M' },
    { run_env_variables: [{ name: 'a.b-c_D', value: '' }] },
    { image_reference: 'localhost:8781/shop/web' },
    { image_reference: 'localhost/slipway/node:24' },
    { image_secret: 'login' },
    { run_env_variables: [{ type: 'config_map_full_reference', reference: 'c', prefix: 'DB_' }] },
    { run_env_variables: [{ type: 'secret_key_reference', reference: 's', key: '1', name: 'ONE' }] },
  ];
  for (const given of good) assert.equal(problemOf(given), undefined, JSON.stringify(given));
});

test('every refusal names the field and the fix', () => {
  const env = (name: string, value?: string) => ({
    run_env_variables: [{ name, ...(value !== undefined && { value }) }],
  });
  const mount = { type: 'secret', mount_path: 'x', reference: 's' } as const;
  const bad: readonly (readonly [AppPatch, field: string, text: RegExp])[] = [
    [{ image_reference: 'No Image' }, 'image_reference', /registry\/repository:tag/],
    [{ image_reference: 'localhost:8781/other/web' }, 'image_reference', /localhost:8781\/shop\//],
    [{ image_port: 8022 }, 'image_port', /another port/],
    [{ scale_cpu_limit: '3' }, 'scale_cpu_limit', /0\.125, 0\.25/],
    [{ scale_cpu_limit: '1', scale_memory_limit: '1G' }, 'scale_memory_limit', /2G, 4G, 8G/],
    [{ scale_memory_limit: '4Gi' }, 'scale_memory_limit', /2G, 4G, 8G/],
    [{ scale_ephemeral_storage_limit: '5G' }, 'scale_ephemeral_storage_limit', /4000M/],
    [{ scale_ephemeral_storage_limit: '0' }, 'scale_ephemeral_storage_limit', /at most/],
    [{ scale_min_instances: 11 }, 'scale_min_instances', /raise scale_max_instances/],
    [{ scale_initial_instances: 3, scale_max_instances: 2 }, 'scale_initial_instances', /raise scale_max/],
    [{ scale_concurrency: 5, scale_concurrency_target: 6 }, 'scale_concurrency_target', /raise scale_concurrency/],
    [env('1A', 'x'), 'run_env_variables.name', /LOG_LEVEL/],
    [env('', 'x'), 'run_env_variables.name', /LOG_LEVEL/],
    [env('PORT', '1'), 'run_env_variables.name', /image_port/],
    [env('K_SERVICE', 'x'), 'run_env_variables.name', /another name/],
    [env('A'), 'run_env_variables.value', /no value/],
    [env('A', '\0'), 'run_env_variables.value', /NUL/],
    [env('A', 'x'.repeat(300_000)), 'run_env_variables', /262144 bytes/],
    [env('A', 'x'.repeat(131_070)), 'run_env_variables.value', /131071 bytes, this one has 131072/],
    [
      {
        run_env_variables: [
          { name: 'A', value: '1' },
          { name: 'A', value: '2' },
        ],
      },
      'run_env_variables.name',
      /given twice/,
    ],
    [{ run_env_variables: [{ type: 'secret_full_reference' }] }, 'run_env_variables.reference', /Name the config map/],
    [
      { run_env_variables: [{ type: 'secret_key_reference', reference: 's', name: 'A' }] },
      'run_env_variables.key',
      /Name the key/,
    ],
    [
      { run_env_variables: [{ type: 'secret_full_reference', reference: 's', value: 'x' }] },
      'run_env_variables.value',
      /has no value/,
    ],
    [
      { run_env_variables: [{ type: 'config_map_full_reference', reference: 'c', prefix: '1_' }] },
      'run_env_variables.prefix',
      /DB_/,
    ],
    [
      { run_env_variables: [{ type: 'config_map_key_reference', reference: 'c', key: 'PORT' }] },
      'run_env_variables.name',
      /image_port/,
    ],
    [{ run_volume_mounts: [mount] }, 'run_volume_mounts.mount_path', /\/etc\/app/],
  ];
  for (const [given, field, text] of bad) {
    const problem = problemOf(given);
    assert.equal(problem?.field, field, JSON.stringify(given).slice(0, 100));
    assert.match(`${problem?.rule}. ${problem?.fix}`, text);
  }
});

test('the value of an environment variable is never shown', () => {
  const problem = problemOf({ run_env_variables: [{ name: 'TOKEN', value: 'geheim\0' }] });
  assert.ok(problem);
  assert.doesNotMatch(JSON.stringify(problem), /geheim/);
});

test('appNameProblem() follows the rule of the API', () => {
  assert.equal(appNameProblem('web-1'), undefined);
  for (const name of ['', 'Web', '1web', 'web-', 'we_b', 'ä', 'x'.repeat(64)]) assert.ok(appNameProblem(name), name);
});

test('an image of another project is refused however it is called', () => {
  const digest = `sha256:${'a'.repeat(64)}`;
  const foreign = [
    'localhost:8781/other/web',
    `LOCALHOST:8781/other/web@${digest}`,
    `localhost:8781/other/web:1@${digest}`,
  ];
  const local = ['localhost/web', `localhost/web@${digest}`, 'localhost/shop/web:1'];
  for (const name of [...foreign, ...local]) {
    assert.equal(problemOf({ image_reference: name })?.field, 'image_reference', name);
  }
});
