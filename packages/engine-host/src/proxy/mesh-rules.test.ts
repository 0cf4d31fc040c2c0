import assert from 'node:assert/strict';
import { test } from 'node:test';
import { copyOrderFor, isClosed, renderMeshValue } from './mesh-rules.ts';

test('renderMeshValue() says all that the door has to know, by fields', () => {
  const nothing = renderMeshValue('web.shop', {});
  assert.equal(nothing, 'web.shop:all:::idempotent:0:0:0:0:0:0:0:');
  const mesh = {
    callers: ['cart'],
    timeoutMs: 500,
    retries: { attempts: 2, budgetPercent: 20, anyMethod: true },
    abort: { percent: 1, status: 503 },
    delay: { percent: 2, delayMs: 300 },
    mirror: { percent: 3, host: 'canary--web.shop' },
  };
  const full = 'web.shop:listed:again2:again0:any:20:500:1:503:2:300:3:';
  assert.equal(renderMeshValue('web.shop', mesh), `${full}/canary--web.shop`);
  const isOwnName = (host: string) => host === 'canary--web.shop';
  assert.equal(renderMeshValue('web.shop', mesh, isOwnName), `${full}canary--web.shop`);
});

test('copyOrderFor() takes copies of a closed app to another one by the common door, and to its own tags by its own', () => {
  assert.deepEqual(copyOrderFor('canary--web.shop', 'called-10.1.0.1'), {
    host: 'canary--web.shop',
    door: 'called-10.1.0.1',
  });
  assert.deepEqual(copyOrderFor('/cart.shop', 'called-10.1.0.1'), { host: 'cart.shop', door: '10.1.0.1' });
  assert.deepEqual(copyOrderFor('/cart.shop', '10.1.0.1'), { host: 'cart.shop', door: '10.1.0.1' });
});

test('isClosed() is an app that names its callers, even when it names none', () => {
  assert.deepEqual([isClosed({}), isClosed({ mesh: {} }), isClosed({ mesh: { callers: [] } })], [false, false, true]);
});
