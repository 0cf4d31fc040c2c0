import { test } from 'node:test';
import { OUTBOUND_DEFAULT } from '@slipway/engine';
import { parseRange, subnetOf } from './address-plan.ts';
import { renderFirewall } from './firewall.ts';

const RANGE = parseRange('10.201.0.0/16');
const PLATFORM = { platformId: 'ta', cidr: '10.201.0.0/16', projectDoor: { address: '127.100.1.2', port: 8078 } };

test('renderFirewall() of a project that reaches everything and one that reaches two ranges', (t) => {
  const outbound = { publicRanges: ['203.0.113.0/24', '9.9.9.9/32'], privateRanges: ['10.99.0.0/24'] };
  const projects = [
    { subnet: subnetOf(RANGE, 24, 0), outbound: OUTBOUND_DEFAULT },
    { subnet: subnetOf(RANGE, 24, 7), outbound },
  ];
  t.assert.snapshot(renderFirewall({ ...PLATFORM, projects }), { serializers: [String] });
});

test('renderFirewall() of no project has empty sets', (t) => {
  const text = renderFirewall({ ...PLATFORM, projects: [] });
  t.assert.match(text, /set own_bridge \{ type ifname \. ifname; \}/);
});

test('renderFirewall() opens the one port of the door to the API, on the own gateway alone', (t) => {
  const plan = { ...PLATFORM, projects: [] };
  const rule = /^    iifname \. ip daddr @own_gateway tcp dport 8780 accept$/m;
  t.assert.match(renderFirewall({ ...plan, gatewayPort: 8780 }), rule);
  t.assert.doesNotMatch(renderFirewall(plan), /tcp dport 8780/);
});
