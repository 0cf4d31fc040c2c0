/** For tests of the API: the refusal of a call, as the client gives it. */
import assert from 'node:assert/strict';
import { ApiProblem } from '@slipway/client';
import type { ErrorCode } from '@slipway/spec';

export async function refusedWith(code: ErrorCode, call: Promise<unknown>): Promise<ApiProblem> {
  const problem: unknown = await call.then(
    () => assert.fail('it was not refused'),
    (error: unknown) => error,
  );
  assert.ok(problem instanceof ApiProblem, String(problem));
  assert.equal(problem.code, code, problem.message);
  return problem;
}
