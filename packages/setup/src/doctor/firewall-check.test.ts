import assert from 'node:assert/strict';
import { test } from 'node:test';
import { forwardFinding, type Ruleset } from './firewall-check.ts';

const PLACE = { platformId: 'p0', network: { cidr: '10.208.0.0/12' } };

function rulesetWith(chains: readonly string[], expr?: readonly unknown[], policy = 'drop'): Ruleset {
  const table = { family: 'ip', table: 'filter' };
  return {
    nftables: [
      { chain: { family: 'inet', table: 'slipway_p0', name: 'forward', hook: 'forward', policy: 'accept' } },
      { chain: { ...table, name: 'FORWARD', hook: 'forward', policy } },
      ...chains.map((name) => ({ chain: { ...table, name } })),
      ...(expr ? [{ rule: { ...table, expr } }] : []),
    ],
  };
}

test('forwardFinding() warns of a policy that drops, with the fix of whoever set it', () => {
  const cases: readonly (readonly [chains: readonly string[], fix: RegExp])[] = [
    [['DOCKER-USER'], /iptables -I DOCKER-USER -s 10\.208\.0\.0\/12 -j ACCEPT && .* -d /],
    [['ufw-before-forward'], /ufw route allow from 10\.208\.0\.0\/12 && .* to /],
    [['other'], /nft insert rule ip filter FORWARD ip saddr 10\.208\.0\.0\/12 accept && /],
  ];
  for (const [chains, fix] of cases) {
    const finding = forwardFinding(rulesetWith(chains), PLACE);
    assert.equal(finding.state, 'warning');
    assert.match(finding.detail, /chain "FORWARD" of table "ip filter" drops/);
    assert.match(finding.fix ?? '', fix);
  }
});

test('forwardFinding() is content when nothing drops, or a rule lets the apps through', () => {
  const match = (left: unknown, right: unknown) => ({ match: { op: '==', left, right } });
  const source = match({ payload: { protocol: 'ip', field: 'saddr' } }, { prefix: { addr: '10.208.0.0', len: 12 } });
  const bridge = match({ meta: { key: 'iifname' } }, 'sw-p0-*');
  assert.equal(forwardFinding(rulesetWith([], undefined, 'accept'), PLACE).state, 'ok');
  for (const one of [source, bridge]) {
    assert.equal(forwardFinding(rulesetWith([], [one, { accept: null }]), PLACE).state, 'ok');
    assert.equal(forwardFinding(rulesetWith([], [one, { drop: null }]), PLACE).state, 'warning');
  }
});
