import assert from 'node:assert/strict';
import { test } from 'node:test';
import { trafficProblem } from './traffic-operations.ts';

test('trafficProblem() takes all for the latest revision, and says plainly what is not there yet', () => {
  const problemOf = (...traffic: Parameters<typeof trafficProblem>[0]['traffic']) => trafficProblem({ traffic });
  assert.equal(problemOf({ latest: true, percent: 100 }), undefined);
  assert.equal(problemOf({ latest: true, percent: 100 }, { revision_name: 'web-00001', percent: 0 }), undefined);
  assert.match(problemOf({ latest: true, percent: 90 })?.rule ?? '', /make 90/);
  const split = problemOf({ latest: true, percent: 90 }, { revision_name: 'web-00001', percent: 10 });
  assert.match(split?.rule ?? '', /not available yet/);
  assert.equal(split?.value, 'latest: 90, web-00001: 10');
  assert.match(problemOf({ revision_name: 'web-00001', percent: 100 })?.rule ?? '', /not available yet/);
});
