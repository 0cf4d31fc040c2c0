import assert from 'node:assert/strict';
import test from 'node:test';
import { LOCAL_ADMINISTRATOR } from '@slipway/control';
import { Refusal } from '@slipway/spec';
import { readRefusal, serveForTest } from '../testing/served-operations.ts';
import { RequestRate } from './request-rate.ts';

function isRefused(rate: RequestRate, userId: string): boolean {
  try {
    rate.take(userId);
    return false;
  } catch (error) {
    assert.ok(error instanceof Refusal && error.code === 'too_many_requests');
    return true;
  }
}

test('RequestRate lets a burst pass, then the rate, and keeps users apart', () => {
  let nowMs = 0;
  const rate = new RequestRate(2, () => nowMs);
  const sent = (userId: string, count: number) =>
    Array.from({ length: count }, () => isRefused(rate, userId)).filter((refused) => !refused).length;
  assert.equal(sent('anna', 50), 20);
  assert.equal(sent('bert', 5), 5);
  nowMs += 3000;
  assert.equal(sent('anna', 50), 6);
  nowMs += 60_000;
  assert.equal(sent('anna', 50), 20);
});

test('a user who sends too many requests is told when to come again; the machine’s own token is not counted', async (t) => {
  const anna = { kind: 'api_key', id: 'key', name: 'ci', owner: 'anna' } as const;
  const { send } = await serveForTest(
    t,
    {},
    {
      requestsPerSecond: 1,
      authenticate: (authorization) => Promise.resolve(authorization === 'Bearer anna' ? anna : LOCAL_ADMINISTRATOR),
    },
  );
  const headers = { authorization: 'Bearer anna' };
  let refused: Response | undefined;
  for (let count = 0; count < 100 && !refused; count += 1) {
    const response = await send('GET', '/v2/platform', { headers });
    if (response.status === 429) refused = response;
  }
  assert.ok(refused);
  assert.match(refused.headers.get('retry-after') ?? '', /^[1-9]\d*$/);
  assert.equal((await readRefusal(refused)).code, 'too_many_requests');
  for (let count = 0; count < 30; count += 1) assert.equal((await send('GET', '/v2/platform')).status, 200);
});
