import assert from 'node:assert/strict';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { createPublicKey } from 'node:crypto';
import { jwtVerify } from 'jose';
import { prepareRegistryKeys } from './registry-keys.ts';
import { createRegistryTokenIssuer, type RegistryTokenResponse } from './registry-token-issuer.ts';

function basic(login: { readonly username: string; readonly password: string }): string {
  return `Basic ${Buffer.from(`${login.username}:${login.password}`).toString('base64')}`;
}

test('createRegistryTokenIssuer() issues what the caller may have, signed with the certificate key', async (t) => {
  const dir = await mkdtemp(join(tmpdir(), 'slipway-registry-keys-'));
  t.after(() => rm(dir, { recursive: true }));
  const keys = await prepareRegistryKeys(dir);
  assert.equal((await stat(join(dir, 'token.key'))).mode & 0o777, 0o600);
  assert.equal((await stat(join(dir, 'secret'))).mode & 0o777, 0o600);
  assert.deepEqual(await prepareRegistryKeys(dir), keys, 'the keys are made once');

  const issuer = createRegistryTokenIssuer(keys);
  async function ask(authorization: string | undefined, scope: string): Promise<RegistryTokenResponse> {
    return issuer.handleRegistryTokenRequest({ authorization, scope, service: 'slipway-registry' });
  }
  const shop = issuer.projectLogin('shop');
  const response = await ask(basic(shop), 'repository:shop/web:pull,push repository:other/web:pull');
  assert.equal(response.status, 200);
  const { payload } = await jwtVerify(String(response.body['token']), createPublicKey(keys.certificatePem), {
    issuer: 'slipway',
    audience: 'slipway-registry',
  });
  assert.deepEqual(payload['access'], [{ type: 'repository', name: 'shop/web', actions: ['pull', 'push'] }]);

  assert.equal((await ask(undefined, '')).status, 401);
  assert.equal((await ask(basic({ ...shop, password: 'guess' }), '')).status, 401);
  assert.equal((await ask(basic({ username: 'other', password: shop.password }), '')).status, 401);
  assert.equal((await ask(basic({ username: '$slipway', password: shop.password }), '')).status, 401);
  assert.equal((await ask(basic(issuer.platformLogin()), 'repository:a/b:push')).status, 200);
  assert.throws(() => issuer.projectLogin('$slipway'), TypeError);
});
