import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readingsAsTag, taggedName, trafficProblem } from './traffic-rules.ts';

function ruleFor(...traffic: Parameters<typeof trafficProblem>[0]['traffic']): string {
  return trafficProblem({ traffic }, 'web')?.rule ?? '';
}

test('trafficProblem() wants shares that make 100, each of one revision or of the latest', () => {
  assert.equal(ruleFor({ latest: true, percent: 100 }), '');
  assert.equal(ruleFor({ latest: true, percent: 90 }, { revision_name: 'web-00001', percent: 10 }), '');
  assert.equal(ruleFor({ revision_name: 'web-00001', percent: 100 }, { latest: true, percent: 0, tag: 'next' }), '');
  assert.match(ruleFor({ latest: true, percent: 90 }), /make 90/);
  assert.match(ruleFor({ percent: 100 }), /either to a revision or to the latest/);
  assert.match(ruleFor({ latest: true, revision_name: 'web-00001', percent: 100 }), /either to a revision/);
  const twice = { revision_name: 'web-00001', percent: 50 };
  assert.match(ruleFor(twice, twice), /second share of web-00001/);
  assert.equal(ruleFor(twice, { ...twice, tag: 'other' }), '');
});

test('trafficProblem() wants tags that make an address', () => {
  const tagged = (tag: string) => ruleFor({ latest: true, percent: 100, tag });
  assert.equal(tagged('canary'), '');
  assert.match(tagged('Canary'), /lower-case/);
  assert.match(tagged('a--b'), /ends a tag/);
  assert.match(tagged('x'.repeat(59)), /room for 58 characters/);
  const tag = 'next';
  assert.match(
    ruleFor({ latest: true, percent: 100, tag }, { revision_name: 'web-1', percent: 0, tag }),
    /second tag next/,
  );
});

test('readingsAsTag() finds every tag and app that have the address of an app', () => {
  assert.deepEqual(readingsAsTag('web'), []);
  assert.deepEqual(readingsAsTag(taggedName('next', 'web')), [{ tag: 'next', appName: 'web' }]);
  assert.deepEqual(readingsAsTag('a--b--c'), [
    { tag: 'a', appName: 'b--c' },
    { tag: 'a--b', appName: 'c' },
  ]);
});
