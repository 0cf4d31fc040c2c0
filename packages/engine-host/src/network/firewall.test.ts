import { test } from 'node:test';
import { parseRange, subnetOf } from './address-plan.ts';
import { renderFirewall } from './firewall.ts';
import { renderNameServerConfig } from './name-server.ts';

test('renderFirewall() of two projects', (t) => {
  const range = parseRange('10.201.0.0/16');
  const projects = [subnetOf(range, 24, 0), subnetOf(range, 24, 7)];
  t.assert.snapshot(renderFirewall({ platformId: 'ta', cidr: '10.201.0.0/16', projects }), { serializers: [String] });
});

test('renderFirewall() of no project has empty sets', (t) => {
  const text = renderFirewall({ platformId: 'ta', cidr: '10.201.0.0/16', projects: [] });
  t.assert.match(text, /set own_bridge \{ type ifname \. ifname; \}/);
});

test('renderNameServerConfig() uses the host’s resolvers unless told others', (t) => {
  t.assert.snapshot(renderNameServerConfig({ platformId: 'ta', upstreams: [] }), { serializers: [String] });
  const told = renderNameServerConfig({ platformId: 'ta', upstreams: ['9.9.9.9', '1.1.1.1'] });
  t.assert.match(told, /^no-resolv\nserver=9\.9\.9\.9\nserver=1\.1\.1\.1$/m);
});
