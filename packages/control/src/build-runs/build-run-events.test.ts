import assert from 'node:assert/strict';
import { test } from 'node:test';
import { endEvent, stepEvent } from './build-run-events.ts';

test('stepEvent() says how long a step took, what it found, and warns of one that failed', () => {
  const done = stepEvent({ name: 'detect', state: 'succeeded', durationMs: 1234, detail: 'Node.js' });
  assert.deepEqual(done, {
    severity: 'normal',
    reason: 'StepSucceeded',
    message: 'Step "detect" is done after 1.2 s: Node.js',
  });
  assert.equal(stepEvent({ name: 'push', state: 'succeeded' }).message, 'Step "push" is done');
  const failed = stepEvent({ name: 'build', state: 'failed', durationMs: 500 });
  assert.deepEqual([failed.severity, failed.message], ['warning', 'Step "build" failed after 0.5 s']);
});

test('endEvent() says where the image is, or why there is none', () => {
  const place = { outputImage: 'localhost:8781/default/web:1' };
  const succeeded = endEvent(place, { state: 'succeeded', reason: 'succeeded' });
  assert.equal(succeeded.message, 'The image is at localhost:8781/default/web:1');
  assert.equal(
    endEvent(place, { state: 'failed', reason: 'failed', message: 'No Dockerfile' }).message,
    'No Dockerfile',
  );
  const unsaid = endEvent(place, { state: 'failed', reason: 'exceeded_ephemeral_storage' });
  assert.deepEqual([unsaid.severity, unsaid.message], ['warning', 'The build failed: exceeded ephemeral storage']);
});
