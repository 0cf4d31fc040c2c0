import assert from 'node:assert/strict';
import { test } from 'node:test';
import { renderDomains, renderNames, renderNameServerConfig } from './name-server.ts';

const OWN = { ordinal: 3, namesPath: '/run/slipway/dns/3/names', domainsPath: '/run/slipway/dns/3/domains' };

test('renderNameServerConfig() uses the host’s resolvers unless told others', (t) => {
  t.assert.snapshot(renderNameServerConfig({ platformId: 'ta', upstreams: [] }, OWN), { serializers: [String] });
  const told = renderNameServerConfig({ platformId: 'ta', upstreams: ['9.9.9.9', '1.1.1.1'] }, OWN);
  assert.match(told, /^no-resolv\nserver=9\.9\.9\.9\nserver=1\.1\.1\.1$/m);
});

test('renderNames() leads every name to the gateway', () => {
  assert.equal(renderNames('10.1.0.1', ['web.shop', 'api.shop']), '10.1.0.1 api.shop\n10.1.0.1 web.shop\n');
});

test('renderDomains() keeps short names here; those of the internal domain are already', () => {
  assert.equal(renderDomains(['web.shop.svc.cluster.local', 'web.shop']), 'server=/web.shop/\n');
});
