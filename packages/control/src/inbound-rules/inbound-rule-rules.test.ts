import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inboundProblem, sourcesFor } from './inbound-rule-rules.ts';

const OFFICE = { cidr_block: '203.0.113.0/24' };
const PARTNER = { cidr_block: '9.9.9.9/32', app: 'web' };

test('sourcesFor() adds up the rules of the project and of the app, and is nothing without any', () => {
  assert.deepEqual(sourcesFor([OFFICE, PARTNER, OFFICE], 'web'), ['203.0.113.0/24', '9.9.9.9/32']);
  assert.deepEqual(sourcesFor([OFFICE, PARTNER], 'api'), ['203.0.113.0/24']);
  assert.equal(sourcesFor([PARTNER], 'api'), undefined);
  assert.equal(sourcesFor(undefined, 'api'), undefined);
});

test('inboundProblem() names the rule that cannot be', () => {
  assert.equal(inboundProblem([OFFICE, PARTNER]), undefined);
  assert.equal(inboundProblem([OFFICE, { cidr_block: '10.0.0.1/8' }])?.fix, 'Write 10.0.0.0/8');
  assert.equal(inboundProblem([{ cidr_block: '::/0' }])?.field, 'rules[0].cidr_block');
  assert.equal(inboundProblem([{ ...OFFICE, app: 'Web' }])?.field, 'rules[0].app');
});
