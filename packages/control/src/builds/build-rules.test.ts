import assert from 'node:assert/strict';
import { test } from 'node:test';
import { completeRecipe, type RecipeSettings } from './build-recipe.ts';
import { outputImageProblem, recipeProblem } from './build-rules.ts';

const SOURCE = `source://${'a'.repeat(64)}`;
const PLACE = { registry: 'localhost:8781', subdomain: 'shop' };

test('recipeProblem(): what can be built', () => {
  const good: readonly RecipeSettings[] = [
    {},
    { source_url: SOURCE },
    { source_url: SOURCE, source_context_dir: 'a/b', strategy_spec_file: 'docker/Dockerfile.prod' },
    { run_build_params: [{ type: 'literal', name: 'NODE_VERSION', value: '22' }] },
  ];
  for (const given of good) assert.equal(recipeProblem(completeRecipe(given)), undefined, JSON.stringify(given));
  const bad: readonly (readonly [RecipeSettings, string])[] = [
    [{ source_type: 'git' }, 'source_type'],
    [{ source_url: 'https://github.com/a/b' }, 'source_type'],
    [{ source_url: 'source://short' }, 'source_type'],
    [{ source_type: 'local', source_url: '/etc' }, 'source_url'],
    [{ source_secret: 'key' }, 'source_secret'],
    [{ source_context_dir: '../..' }, 'source_context_dir'],
    [{ source_context_dir: 'a/../../b' }, 'source_context_dir'],
    [{ strategy_spec_file: '/etc/passwd' }, 'strategy_spec_file'],
    [{ run_build_params: [{ type: 'secret_key_reference', name: 'A' }] }, 'run_build_params.type'],
    [{ run_build_params: [{ type: 'literal', name: '1A' }] }, 'run_build_params.name'],
    [
      {
        run_build_params: [
          { type: 'literal', name: 'A' },
          { type: 'literal', name: 'A' },
        ],
      },
      'run_build_params.name',
    ],
  ];
  for (const [given, field] of bad) {
    assert.equal(recipeProblem(completeRecipe(given))?.field, field, JSON.stringify(given));
  }
});

test('outputImageProblem(): only the bundled registry, only the own place', () => {
  assert.equal(outputImageProblem('localhost:8781/shop/web:v1', PLACE), undefined);
  assert.equal(outputImageProblem('localhost:8781/shop/web', PLACE), undefined);
  const bad = ['web', 'icr.io/shop/web', 'localhost:8781/other/web', 'localhost:8781/shop', 'Not An Image'];
  for (const image of [...bad, `localhost:8781/shop/web@sha256:${'a'.repeat(64)}`]) {
    assert.match(outputImageProblem(image, PLACE)?.fix ?? '', /localhost:8781\/shop\//, image);
  }
});
