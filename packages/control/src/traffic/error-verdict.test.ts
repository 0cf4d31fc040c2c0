import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decideErrorVerdict, type AnswerCount } from './error-verdict.ts';

const SETTINGS = { errorMarginPercent: 10, requestsMin: 20 };
const NONE = { requests: 0, errors: 0 };

const count = (requests: number, errors: number): AnswerCount => ({ requests, errors });

test('decideErrorVerdict() blames errors beyond the margin, and nothing that it knows too little of', () => {
  const cases = [
    { name: 'no errors', candidate: count(100, 0), others: count(100, 0), isBlamed: false },
    { name: 'too few requests', candidate: count(19, 19), others: count(100, 0), isBlamed: false },
    { name: 'enough requests', candidate: count(20, 20), others: count(100, 0), isBlamed: true },
    { name: 'at the margin', candidate: count(100, 10), others: count(100, 0), isBlamed: false },
    { name: 'beyond the margin', candidate: count(100, 11), others: count(100, 0), isBlamed: true },
    { name: 'as bad as before', candidate: count(100, 35), others: count(100, 30), isBlamed: false },
    { name: 'much worse than before', candidate: count(100, 45), others: count(100, 30), isBlamed: true },
    { name: 'better than before', candidate: count(100, 5), others: count(100, 30), isBlamed: false },
    {
      name: 'others get no requests any more, and were bad',
      candidate: count(100, 30),
      others: count(2, 0),
      othersBefore: count(500, 150),
      isBlamed: false,
    },
    {
      name: 'others get no requests any more, and were good',
      candidate: count(100, 30),
      others: NONE,
      othersBefore: count(500, 1),
      isBlamed: true,
    },
    { name: 'nothing to compare with, some errors', candidate: count(100, 40), others: NONE, isBlamed: false },
    { name: 'nothing to compare with, mostly errors', candidate: count(100, 60), others: NONE, isBlamed: true },
  ];
  for (const { name, candidate, isBlamed, others, othersBefore = others } of cases) {
    const verdict = decideErrorVerdict({ candidate, others, othersBefore }, SETTINGS);
    assert.equal(verdict !== undefined, isBlamed, name);
  }
});

test('decideErrorVerdict() says what it has counted', () => {
  const verdict = decideErrorVerdict({ candidate: count(40, 14), others: count(100, 1), othersBefore: NONE }, SETTINGS);
  assert.equal(verdict, 'it answered 14 of 40 requests with server errors (35.0 %), the revisions before it 1.0 %');
});
