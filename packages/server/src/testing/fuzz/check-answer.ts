/** What must hold for every answer, whatever was asked. Throws an assertion that tells request and answer. */
import assert from 'node:assert/strict';
import { ERRORS, OPERATIONS, type Operation, type OperationId } from '@slipway/spec';
import { checkValue } from '../../http/check-value.ts';
import type { RawAnswer, RawRequest } from './send-raw.ts';

export const EXPECTATIONS = ['answered', 'refused', 'unauthorized', 'not_found', 'wrong_method', 'good'] as const;
/** `answered`: any answer that is in order; `good`: the operation's own status. */
export type Expectation = (typeof EXPECTATIONS)[number];

/** What was sent where the schema says `x-sensitive` never comes back in a refusal. */
export const SECRET_MARK = 'correct-horse-battery';

interface Asked {
  readonly id: OperationId;
  readonly request: RawRequest;
  readonly expect: Expectation;
  /** Why the request was made this way. */
  readonly why: string;
}

export function checkAnswer({ id, request, expect, why }: Asked, answer: RawAnswer): void {
  const operation: Operation = OPERATIONS[id];
  const told = `${request.method} ${request.path.slice(0, 200)} (${why})\n${String(request.body ?? '').slice(0, 500)}\n→ ${answer.status} ${answer.text.slice(0, 500)}`;
  assert.ok(answer.status >= 200 && answer.status < 500, `a server error: ${told}`);
  assert.match(String(answer.headers['x-request-id']), /^codeengine-api-[0-9a-f]{32}$/, `no request id: ${told}`);
  assert.equal(answer.headers['access-control-allow-origin'], undefined, `open to other origins: ${told}`);
  if (answer.status >= 400) checkRefusal(answer, told);
  else checkSuccess(operation, answer, told);
  checkExpectation(expect, { operation, answer, told });
}

function checkSuccess(operation: Operation, answer: RawAnswer, told: string): void {
  assert.equal(answer.status, operation.status, `not the operation's status: ${told}`);
  if (operation.answer !== undefined && operation.answer !== 'json') return;
  assert.doesNotThrow(() => checkValue(operation.returns, JSON.parse(answer.text)), `not as promised: ${told}`);
}

function checkRefusal(answer: RawAnswer, told: string): void {
  assert.match(answer.headers['content-type'] ?? '', /^application\/(problem\+)?json/, `not JSON: ${told}`);
  const body = JSON.parse(answer.text) as { errors?: { code?: string; message?: string }[]; status_code?: number };
  const [error] = body.errors ?? [];
  assert.ok(Object.hasOwn(ERRORS, error?.code ?? ''), `a code that is in no catalogue: ${told}`);
  assert.equal(body.status_code, answer.status, `two statuses: ${told}`);
  assert.ok((error?.message ?? '').length > 0, `no message: ${told}`);
  assert.ok(!answer.text.includes(SECRET_MARK), `a secret in a refusal: ${told}`);
}

function checkExpectation(
  expect: Expectation,
  { operation, answer, told }: { readonly operation: Operation; readonly answer: RawAnswer; readonly told: string },
): void {
  const { status } = answer;
  switch (expect) {
    case 'answered':
      return;
    case 'refused':
      return assert.ok(status >= 400, `accepted although a rule is broken: ${told}`);
    case 'good':
      return assert.equal(status, operation.status, `refused although all is in order: ${told}`);
    case 'unauthorized':
      // Whoever guesses too often is not even told that.
      return assert.ok(status === 401 || status === 429, `served without a credential: ${told}`);
    case 'not_found':
      return assert.equal(status, 404, `there although it cannot be: ${told}`);
    case 'wrong_method':
      assert.equal(status, 405, `a method that no operation has: ${told}`);
      return assert.ok((answer.headers.allow ?? '').length > 0, `no Allow header: ${told}`);
  }
}
