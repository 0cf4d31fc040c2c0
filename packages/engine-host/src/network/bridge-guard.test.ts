import { test } from 'node:test';
import { parseRange } from './address-plan.ts';
import { renderBridgeGuard } from './bridge-guard.ts';

const PLAN = { platformId: 'ta', rangeBase: parseRange('10.201.0.0/16').base };

test('renderBridgeGuard() ties each address to its hardware address and its cable, in IP and in ARP', (t) => {
  t.assert.snapshot(renderBridgeGuard(PLAN, ['10.201.0.2', '10.201.7.254']), { serializers: [String] });
});

test('renderBridgeGuard() of nobody lets nothing of any cable pass', (t) => {
  t.assert.match(renderBridgeGuard(PLAN, []), /set holder \{ type ifname \. ether_addr \. ipv4_addr; \}\n/);
});
