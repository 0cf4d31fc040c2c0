import assert from 'node:assert/strict';
import { test } from 'node:test';
import { UsageFault } from '../usage-fault.ts';
import { parseLimits, renderQuotas } from './quota-options.ts';

test('parseLimits() reads numbers and the way back to the default', () => {
  assert.deepEqual(parseLimits(['apps=60', 'config_maps=default', 'secrets=0', 'memory_bytes=64G']), {
    apps: 60,
    config_maps: null,
    secrets: 0,
    memory_bytes: 64e9,
  });
});

test('parseLimits() refuses what it cannot read and says what would be right', () => {
  const cases = [
    ['aps=1', /no quota "aps"/, /apps/],
    ['apps', /a whole number/, undefined],
    ['apps=-1', /a whole number/, undefined],
    ['apps=4G', /a whole number/, undefined],
    ['memory_bytes=many', /a size like 64G/, undefined],
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
