import assert from 'node:assert/strict';
import { test } from 'node:test';
import { describeStrategies } from './build-strategy-operations.ts';

test('describeStrategies() says what a builder has, in which sizes, and what it lacks', () => {
  const strategies = describeStrategies([{ name: 'buildpacks', languages: ['node'] }]);
  const byName = new Map(strategies.map((strategy) => [strategy.name, strategy]));
  const buildpacks = byName.get('buildpacks');
  assert.deepEqual([buildpacks?.status, buildpacks?.languages], ['available', ['node']]);
  assert.deepEqual(
    buildpacks?.sizes.find((size) => size.default),
    { name: 'medium', cpu: '1', memory: '4G', disk: '4G', default: true },
  );
  assert.deepEqual([byName.get('dockerfile')?.status, byName.get('dockerfile')?.sizes], ['unavailable', []]);
  assert.equal(byName.get('codebundle-nodejs-22')?.status, 'unavailable');
});
