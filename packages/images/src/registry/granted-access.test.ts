import assert from 'node:assert/strict';
import { test } from 'node:test';
import { grantedAccess, parseScopes, type RegistryIdentity } from './granted-access.ts';

const SHOP: RegistryIdentity = { kind: 'project', repositoryPrefix: 'shop' };
const PLATFORM: RegistryIdentity = { kind: 'platform' };

test('grantedAccess() gives a project its own repositories, the platform all, and nothing else to anyone', () => {
  const table: readonly (readonly [string, RegistryIdentity, string])[] = [
    ['repository:shop/web:pull,push', SHOP, 'repository:shop/web:pull,push'],
    ['repository:shop/a/b:pull', SHOP, 'repository:shop/a/b:pull'],
    ['repository:shop/web:pull,delete', SHOP, 'repository:shop/web:pull'],
    ['repository:shop/web:*', SHOP, ''],
    ['repository:shopping/web:pull', SHOP, ''],
    ['repository:other/web:pull', SHOP, ''],
    ['repository:shop:pull', SHOP, ''],
    ['repository:shop/:pull', SHOP, ''],
    ['repository:other/shop/web:pull', SHOP, ''],
    ['registry:catalog:*', SHOP, ''],
    ['repository:shop/web:push repository:other/web:pull', SHOP, 'repository:shop/web:push'],
    ['repository:/web:pull', { kind: 'project', repositoryPrefix: '' }, ''],
    ['repository:any/thing:pull,push,delete', PLATFORM, 'repository:any/thing:pull,push,delete'],
    ['repository:any/thing:*', PLATFORM, 'repository:any/thing:pull,push,delete'],
    ['registry:catalog:*', PLATFORM, 'registry:catalog:*'],
    ['plugin:any/thing:pull', PLATFORM, ''],
    ['repository:any/thing:conquer', PLATFORM, ''],
    ['nonsense', PLATFORM, ''],
    ['', PLATFORM, ''],
  ];
  for (const [scope, identity, expected] of table) {
    const granted = grantedAccess(parseScopes([scope]), identity);
    const text = granted.map(({ type, name, actions }) => `${type}:${name}:${actions.join(',')}`).join(' ');
    assert.equal(text, expected, `${scope} for ${JSON.stringify(identity)}`);
  }
});

test('parseScopes() reads at most 32 scopes', () => {
  assert.equal(
    parseScopes([Array.from({ length: 50 }, (_, index) => `repository:a/${index}:pull`).join(' ')]).length,
    32,
  );
});
