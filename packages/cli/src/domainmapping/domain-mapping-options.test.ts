import assert from 'node:assert/strict';
import { test } from 'node:test';
import { mappingSettings } from './domain-mapping-options.ts';

const CURRENT = { name: 'web', resource_type: 'app_v2' };

test('mappingSettings() keeps the half of a target that is not named', () => {
  assert.deepEqual(mappingSettings({}, CURRENT), {});
  assert.deepEqual(mappingSettings({ target: 'api' }, CURRENT), {
    component: { name: 'api', resource_type: 'app_v2' },
  });
  assert.deepEqual(mappingSettings({ targetType: 'function' }, CURRENT), {
    component: { name: 'web', resource_type: 'function_v2' },
  });
  assert.deepEqual(mappingSettings({ target: 'fn', targetType: 'function', tlsSecret: 'cert' }), {
    component: { name: 'fn', resource_type: 'function_v2' },
    tls_secret: 'cert',
  });
});
