import assert from 'node:assert/strict';
import { test } from 'node:test';
import { UsageFault } from '../usage-fault.ts';
import { parseLimits, renderQuotas } from './quota-options.ts';

test('parseLimits() reads numbers and the way back to the default', () => {
  assert.deepEqual(parseLimits(['apps=60', 'config_maps=default', 'secrets=0']), {
    apps: 60,
    config_maps: null,
    secrets: 0,
  });
});

test('parseLimits() refuses what it cannot read and says what would be right', () => {
  const cases = [
    ['aps=1', /no quota "aps"/, /apps/],
    ['apps', /write NAME=N/, undefined],
    ['apps=-1', /write NAME=N/, undefined],
    ['apps=many', /write NAME=N/, undefined],
  ] as const;
  for (const [word, message, fix] of cases) {
    assert.throws(
      () => parseLimits([word]),
      (error) => error instanceof UsageFault && message.test(error.message) && (!fix || fix.test(error.fix.join(' '))),
      word,
    );
  }
});

test('renderQuotas() shows the default of a limit that differs from it', () => {
  const same = { name: 'apps', limit: 40, limit_default: 40, limit_max: 1000, used: 3 };
  const text = renderQuotas({ project_id: 'p', quotas: [same, { ...same, name: 'secrets', limit: 7 }] });
  assert.deepEqual(text.split('\n').slice(1, 3), ['apps     3     40', 'secrets  3     7      40']);
});
