import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createSignalHub, EVENTS_PENDING_MAX } from './signal-hub.ts';

const APP = { projectId: 'p', appName: 'a' };

function eventOf(message: string) {
  return { ...APP, severity: 'normal', reason: 'Ready', message, at: '2026-01-01T00:00:00.000Z' } as const;
}

test('createSignalHub() merges changes of an app and keeps its events', async () => {
  const hub = createSignalHub({ pauseMs: 0 });
  const stop = new AbortController();
  const watching = hub.watch(stop.signal);
  const first = watching.next();
  for (let times = 0; times < 3; times += 1) hub.changed(APP);
  hub.event(eventOf('one'));
  assert.deepEqual((await first).value, { type: 'event', event: eventOf('one') });
  assert.deepEqual((await watching.next()).value, { type: 'changed', app: APP });
  const idle = watching.next();
  stop.abort();
  assert.equal((await idle).done, true);
});

test('createSignalHub() drops the oldest events of a watcher that does not look', async () => {
  const hub = createSignalHub({ pauseMs: 0 });
  const stop = new AbortController();
  const watching = hub.watch(stop.signal);
  const first = watching.next();
  for (let at = 0; at <= EVENTS_PENDING_MAX; at += 1) hub.event(eventOf(String(at)));
  assert.deepEqual((await first).value, { type: 'event', event: eventOf('1') });
  stop.abort();
  await watching.return(undefined);
});

test('createSignalHub() tells at once what is expected, also to a watcher that pauses', async () => {
  const hub = createSignalHub({ pauseMs: 60_000 });
  const stop = new AbortController();
  const watching = hub.watch(stop.signal);
  const first = watching.next();
  hub.changed(APP);
  hub.changed({ ...APP, appName: 'b' }, true);
  assert.deepEqual((await first).value, { type: 'changed', app: APP });
  assert.deepEqual((await watching.next()).value, { type: 'changed', app: { ...APP, appName: 'b' } });
  const second = watching.next();
  hub.changed(APP, true);
  assert.deepEqual((await second).value, { type: 'changed', app: APP });
  const last = watching.next();
  hub.changed(APP);
  stop.abort();
  await last;
  await watching.return(undefined);
});
