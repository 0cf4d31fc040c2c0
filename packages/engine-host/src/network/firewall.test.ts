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

test('renderFirewall() opens the one port of the door to the API, on the own gateway alone', (t) => {
  const plan = { platformId: 'ta', cidr: '10.201.0.0/16', projects: [] };
  const rule = /^    iifname \. ip daddr @own_gateway tcp dport 8780 accept$/m;
  t.assert.match(renderFirewall({ ...plan, gatewayPort: 8780 }), rule);
  t.assert.doesNotMatch(renderFirewall(plan), /tcp dport/);
});

test('renderNameServerConfig() uses the host’s resolvers unless told others', (t) => {
  t.assert.snapshot(renderNameServerConfig({ platformId: 'ta', upstreams: [] }), { serializers: [String] });
  const told = renderNameServerConfig({ platformId: 'ta', upstreams: ['9.9.9.9', '1.1.1.1'] });
  t.assert.match(told, /^no-resolv\nserver=9\.9\.9\.9\nserver=1\.1\.1\.1$/m);
});
