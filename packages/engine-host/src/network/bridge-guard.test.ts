import { test } from 'node:test';
import { parseRange } from './address-plan.ts';
import { renderBridgeGuard } from './bridge-guard.ts';

const NOBODY = { admitted: [], holders: [], closed: [] };
const PLAN = { platformId: 'ta', rangeBase: parseRange('10.201.0.0/16').base };

test('renderBridgeGuard() ties each address to its hardware address and its cable, in IP and in ARP', (t) => {
  t.assert.snapshot(renderBridgeGuard(PLAN, { ...NOBODY, admitted: ['10.201.0.2', '10.201.7.254'] }), {
    serializers: [String],
  });
});

test('renderBridgeGuard() of nobody lets nothing of any cable pass', (t) => {
  t.assert.match(renderBridgeGuard(PLAN, NOBODY), /set holder \{ type ifname \. ether_addr \. ipv4_addr; \}\n/);
});

test('renderBridgeGuard() lets a closed app be connected to by itself and those it names, in its own project', (t) => {
  const holderOf = (address: string, appName: string, projectId = 'p1') => ({ address, appName, projectId });
  const holders = [
    holderOf('10.201.0.2', 'web'),
    holderOf('10.201.0.3', 'cart'),
    holderOf('10.201.0.4', 'stock'),
    holderOf('10.201.0.5', 'stock'),
    holderOf('10.201.1.2', 'web', 'p2'),
    holderOf('10.201.1.3', 'stock', 'p2'),
  ];
  const closed = [
    { projectId: 'p1', appName: 'stock', callers: ['web'] },
    { projectId: 'p1', appName: 'cart', callers: [] },
    { projectId: 'p1', appName: 'asleep', callers: [] },
  ];
  t.assert.snapshot(renderBridgeGuard(PLAN, { admitted: [], holders, closed }), { serializers: [String] });
});
