import assert from 'node:assert/strict';
import test from 'node:test';
import { OPERATIONS, type Operation } from '@slipway/spec';
import { redactAnswer } from './redact-answer.ts';

test('redactAnswer() keeps the names of values and nothing of the values, in one answer and in a list', () => {
  const secret = { name: 'tokens', format: 'generic', data: { TOKEN: 'hunter2' }, entity_tag: 't' };
  const shown = { ...secret, data: { TOKEN: 'REDACTED' } };
  assert.deepEqual(redactAnswer(OPERATIONS.getSecret.returns, secret), shown);
  const list = { secrets: [secret], limit: 1 };
  assert.deepEqual(redactAnswer(OPERATIONS.listSecrets.returns, list), { ...list, secrets: [shown] });
  assert.equal(secret.data.TOKEN, 'hunter2');
});

test('redactAnswer() hands on an answer without sensitive values as it is', () => {
  const app = { name: 'web', run_env_variables: [{ name: 'COLOUR', value: 'blue' }] };
  assert.equal(redactAnswer(OPERATIONS.getApp.returns, app), app);
});

test('the values of config maps and secrets are marked in every answer that has them', () => {
  const operations = Object.entries(OPERATIONS) as [string, Operation][];
  const holding = operations.filter(([id]) => /(ConfigMap|Secret)s?$/.test(id) && !id.startsWith('delete'));
  assert.equal(holding.length, 8);
  for (const [id, { returns }] of holding)
    assert.match(JSON.stringify(returns), /"data":\{[^}]*\}?,?"x-sensitive"/, id);
});

test('no stream carries values: what it sends is not looked through', () => {
  const streams = (Object.values(OPERATIONS) as Operation[]).filter(({ answer }) => answer === 'ndjson');
  assert.ok(streams.length > 0);
  for (const { path, returns } of streams) assert.doesNotMatch(JSON.stringify(returns), /x-sensitive/, path);
});
