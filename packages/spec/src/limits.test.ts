/** The documented limits, written once more as a person reads them, against what the schemas really accept. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { JsonSchema } from './json-schema.ts';
import { PROJECT_QUOTAS, PROJECTS_MAX } from './limits.ts';
import { CPU_MEMORY_COMBINATIONS } from './quantities.ts';
import { AppPatch, AppPrototype } from './resources/app.ts';
import { BuildPatch, BuildPrototype } from './resources/build.ts';
import { FunctionPatch, FunctionPrototype } from './resources/function.ts';
import { JobPatch, JobPrototype, JobRunPrototype } from './resources/job.ts';

type Bounded = JsonSchema & { readonly minimum?: number; readonly maximum?: number };

const NOUNS: Readonly<Record<string, readonly { readonly properties?: Readonly<Record<string, JsonSchema>> }[]>> = {
  app: [AppPrototype, AppPatch],
  job: [JobPrototype, JobPatch, JobRunPrototype],
  function: [FunctionPrototype, FunctionPatch],
  build: [BuildPrototype, BuildPatch],
};

/** Source: Code Engine "Limits and quotas". */
const BOUNDS: readonly (readonly [noun: string, field: string, minimum: number, maximum: number])[] = [
  ['app', 'scale_min_instances', 0, 250],
  ['app', 'scale_max_instances', 0, 250],
  ['app', 'scale_initial_instances', 1, 250],
  ['app', 'scale_concurrency', 1, 1000],
  ['app', 'scale_concurrency_target', 0, 1000],
  ['app', 'scale_request_timeout', 1, 600],
  ['app', 'image_port', 1, 65_535],
  ['job', 'scale_retry_limit', 0, 5],
  ['job', 'scale_max_execution_time', 1, 86_400],
  ['function', 'scale_max_execution_time', 1, 120],
  ['build', 'timeout', 1, 3600],
];

test('every documented bound is in the schema of a creation and of a change alike', () => {
  for (const [noun, field, minimum, maximum] of BOUNDS) {
    const schemas = NOUNS[noun] ?? [];
    assert.ok(schemas.length >= 2, noun);
    for (const { properties } of schemas) {
      const schema: Bounded | undefined = properties?.[field];
      assert.deepEqual([schema?.minimum, schema?.maximum], [minimum, maximum], `${noun}.${field}`);
    }
  }
});

test('what a change may say is what a creation may say, but for the name', () => {
  for (const [noun, [prototype, patch]] of Object.entries(NOUNS)) {
    const { name: _name, ...settable } = prototype?.properties ?? {};
    assert.ok(Object.keys(settable).length > 5, noun);
    assert.deepEqual(patch?.properties, settable, noun);
  }
});

test('the quotas of a project are the documented ones', () => {
  const documented = {
    apps: 40,
    revisions: 120,
    functions: 20,
    jobs: 100,
    jobRuns: 100,
    builds: 100,
    buildRuns: 100,
    configMaps: 100,
    secrets: 100,
    domainMappings: 80,
    persistentDataStores: 10,
    privatePathDestinations: 3,
    instances: 250,
    cpuMillis: 128_000,
    memoryBytes: 512e9,
    ephemeralStorageBytes: 512e9,
  };
  for (const [key, limit] of Object.entries(documented)) {
    assert.equal(PROJECT_QUOTAS[key as keyof typeof documented], limit, key);
  }
  assert.equal(PROJECTS_MAX, 20);
});

test('the sizes of apps and jobs are the documented ones', () => {
  const documented = [
    '0.125: 0.25 0.5 1',
    '0.25: 0.5 1 2',
    '0.5: 1 2 4',
    '1: 2 4 8',
    '2: 4 8 16',
    '4: 8 16 32',
    '6: 12 24 48',
    '8: 16 32',
    '10: 20 40',
    '12: 24 48',
  ];
  const ours = CPU_MEMORY_COMBINATIONS.map(
    ([cpuMillis, sizes]) => `${cpuMillis / 1000}: ${sizes.map((bytes) => bytes / 1e9).join(' ')}`,
  );
  assert.deepEqual(ours, documented);
});
