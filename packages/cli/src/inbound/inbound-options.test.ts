import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseInboundRule, renderInboundRules } from './inbound-options.ts';

test('parseInboundRule() reads a rule of the project and of one app', () => {
  assert.deepEqual(parseInboundRule('9.9.9.9/32'), { cidr_block: '9.9.9.9/32' });
  assert.deepEqual(parseInboundRule('web=9.9.9.9/32'), { app: 'web', cidr_block: '9.9.9.9/32' });
});

test('renderInboundRules() names what each rule is about', () => {
  const rules = [{ cidr_block: '9.9.9.9/32' }, { app: 'web', cidr_block: '203.0.113.0/24' }];
  const lines = renderInboundRules({ project_id: 'p', rules }).trimEnd().split('\n');
  assert.deepEqual(
    lines.slice(1).map((line) => line.split(/\s+/)),
    [
      ['9.9.9.9/32', 'all'],
      ['203.0.113.0/24', 'web'],
    ],
  );
  assert.equal(renderInboundRules({ project_id: 'p', rules: [] }), '');
});
