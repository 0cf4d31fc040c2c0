/** Apps that were declared and never asked: what is signalled and said of them, and that they wake like any other. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { AppWorkload } from '@slipway/engine';
import { appFor, createEngineBed, revisionFor, until, type EngineBed } from './testing/engine-bed.ts';

const APPS: readonly AppWorkload[] = ['one', 'two', 'three'].map((name) => appFor(name, revisionFor(`${name}-00001`)));

/** Names of apps that were said to be changed since the last look. */
function watchChanges(bed: EngineBed, signal: AbortSignal): () => readonly string[] {
  let changed: string[] = [];
  void (async () => {
    for await (const seen of bed.engine.watch(signal)) if (seen.type === 'changed') changed.push(seen.app.appName);
  })();
  return () => {
    const last = changed;
    changed = [];
    return last.toSorted();
  };
}

test('what is declared again is not signalled, what changed is, and an app that was never asked is idle and wakes', async (t) => {
  const bed = await createEngineBed(t, { network: '80.116' });
  const { engine } = bed;
  await engine.start({ projects: [], apps: APPS });
  const watching = new AbortController();
  t.after(() => watching.abort());
  const changesOf = watchChanges(bed, watching.signal);
  for (const app of APPS) await engine.applyApp(structuredClone(app));
  const renamed = { ...appFor('two', revisionFor('two-00001')), hosts: ['other.test'] };
  await engine.applyApp(renamed);
  await until('the change is told', () => {
    const seen = changesOf();
    assert.ok(!seen.includes('one') && !seen.includes('three'), String(seen));
    return seen.includes('two');
  });

  const idle = { revisionName: 'one-00001', instancesDesired: 0, instancesReady: 0, state: 'idle' } as const;
  const never = await engine.observeApp({ projectId: 'p1', appName: 'one' });
  assert.deepEqual([never?.revisions, never?.instances], [[idle], []]);
  const before = await engine.observeMetrics();
  assert.deepEqual(
    before.map(({ appName, starts }) => [appName, starts]),
    APPS.map(({ appName }) => [appName, []]),
  );

  assert.equal((await bed.call('two.test')).status, 404, 'its name is another one now');
  assert.equal((await bed.call('other.test')).status, 200);
  const answers = await Promise.all(Array.from({ length: 5 }, () => bed.call('one.test')));
  assert.deepEqual(
    answers.map(({ status }) => status),
    [200, 200, 200, 200, 200],
  );
  const awake = await engine.observeApp({ projectId: 'p1', appName: 'one' });
  assert.deepEqual([awake?.revisions[0]?.state, awake?.instances.length], ['ready', 1]);
  const started = (await engine.observeMetrics()).find(({ appName }) => appName === 'one');
  assert.deepEqual(Object.keys(started ?? {}), Object.keys(before[0] ?? {}), 'who sleeps is measured as who ran');

  await engine.removeApp({ projectId: 'p1', appName: 'three' });
  assert.equal(await engine.observeApp({ projectId: 'p1', appName: 'three' }), undefined);
  assert.equal((await bed.call('three.test')).status, 404);
});

test('a minimum, and a revision that must show that it comes up, start an app that was never asked', async (t) => {
  const bed = await createEngineBed(t, { network: '80.117' });
  await bed.engine.start({ projects: [], apps: APPS });
  const scale = { ...revisionFor('x').scale, instancesMin: 1 };
  await bed.engine.applyApp(appFor('one', { ...revisionFor('one-00001'), scale }));
  const both = appFor('two', revisionFor('two-00001'), revisionFor('two-00002'));
  await bed.engine.applyApp({ ...both, traffic: [{ revisionName: 'two-00001', percent: 100 }] });
  await until('both have an instance', () => bed.machine.running.size === 2);
});
