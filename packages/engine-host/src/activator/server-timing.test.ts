import assert from 'node:assert/strict';
import { test } from 'node:test';
import { renderServerTiming } from './server-timing.ts';

test('renderServerTiming() tells the waiting alone when nothing was started for the request', () => {
  assert.equal(renderServerTiming(1.25, undefined), 'wake;dur=1.3');
});

test('renderServerTiming() tells what the instance came from and each phase', () => {
  const phasesMs = { queue: 0.04, image: 0.1, sandbox: 12, process: 0.5, ready: 5.06, route: 0.3 };
  assert.equal(
    renderServerTiming(18, { tier: 'created', phasesMs }),
    'wake;dur=18.0;desc="created", queue;dur=0.0, image;dur=0.1, sandbox;dur=12.0, process;dur=0.5, ready;dur=5.1, route;dur=0.3',
  );
});
