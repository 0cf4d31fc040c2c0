import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Body } from '@slipway/spec';
import { openControlBench, refusedWith, until, untilApp, type ControlBench } from './control-bench.ts';

const IMAGE = 'docker.io/fake/good:latest';
const HOST = 'web.default.localhost';

type Stated = Body<'replaceAppTraffic'>;

async function createWeb(bench: ControlBench): Promise<void> {
  const body = { name: 'web', image_reference: IMAGE };
  await bench.call('createApp', { project_id: bench.projectId }, { body });
  await untilApp(bench, 'web', 'ready');
  await untilShares(bench, 'web-00001=100');
}

async function update(bench: ControlBench, value: string): Promise<void> {
  const params = { project_id: bench.projectId, name: 'web' };
  const body = { run_env_variables: [{ name: 'A', value }] };
  await bench.call('updateApp', params, { body, ifMatch: '*' });
}

function trafficOf(bench: ControlBench) {
  return bench.call('getAppTraffic', { project_id: bench.projectId, name: 'web' });
}

function state(bench: ControlBench, body: Stated) {
  return bench.call('replaceAppTraffic', { project_id: bench.projectId, name: 'web' }, { body, ifMatch: '*' });
}

async function sharesOf(bench: ControlBench): Promise<string> {
  const { status_details: details } = await trafficOf(bench);
  return details.shares.map((share) => `${share.revision_name}=${share.percent}`).join(' ');
}

function untilShares(bench: ControlBench, wanted: string): Promise<true> {
  return until(`shares ${wanted}`, async () => ((await sharesOf(bench)) === wanted ? true : undefined));
}

/** Who answers a hundred requests; the fake engine shares them out exactly. */
async function answers(bench: ControlBench, host = HOST): Promise<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (let asked = 0; asked < 100; asked += 1) {
    const body = await bench.machine.request(host).text();
    counts[body] = (counts[body] ?? 0) + 1;
  }
  return counts;
}

test('requests are shared out as stated, and a tag has an address of its own', async (t) => {
  const bench = await openControlBench(t);
  await createWeb(bench);
  await state(bench, { traffic: [{ revision_name: 'web-00001', percent: 100 }] });
  await update(bench, '2');
  await untilApp(bench, 'web', 'ready');
  assert.equal(await sharesOf(bench), 'web-00001=100');
  const stated = await state(bench, {
    traffic: [
      { revision_name: 'web-00001', percent: 90 },
      { latest: true, percent: 10, tag: 'next' },
    ],
  });
  assert.equal(stated.traffic[1]?.url, `http://next--${HOST}:8080`);
  await untilShares(bench, 'web-00001=90 web-00002=10');
  await until('both answer as stated', async () => ((await answers(bench))['web-00002'] === 10 ? true : undefined));
  assert.deepEqual(await answers(bench, `next--${HOST}`), { 'web-00002': 100 });
});

test('an app is ready when its requests go to the new revision, and not before', async (t) => {
  const told = Promise.withResolvers<void>();
  let awaited: readonly string[] = ['web-00002'];
  const bench = await openControlBench(t, {
    between: (engine) => ({
      applyApp: async (app) => {
        if (app.traffic.some(({ revisionName }) => revisionName === 'web-00002')) await told.promise;
        await engine.applyApp(app);
      },
      observeApp: async (key) => {
        const seen = await engine.observeApp(key);
        return seen && { ...seen, awaited };
      },
    }),
  });
  const params = { project_id: bench.projectId, name: 'web' };
  const standing = async () => (await bench.call('getApp', params)).status;
  await createWeb(bench);
  await update(bench, '2');
  await untilShares(bench, 'web-00002=100');
  const revision = { project_id: bench.projectId, app_name: 'web', name: 'web-00002' };
  assert.equal((await bench.call('getAppRevision', revision)).status, 'ready');
  assert.equal(await standing(), 'deploying', 'the engine was not told');
  told.resolve();
  await until('web-00002 answers', async () => ((await answers(bench))['web-00002'] === 100 ? true : undefined));
  assert.equal(await standing(), 'deploying', 'the engine waits for it');
  awaited = [];
  bench.machine.signals.push({ type: 'changed', app: { projectId: bench.projectId, appName: 'web' } });
  await untilApp(bench, 'web', 'ready');
});

test('a revision that was never ready gets no share, and one that is in use is not deleted', async (t) => {
  const bench = await openControlBench(t);
  await createWeb(bench);
  await state(bench, { traffic: [{ revision_name: 'web-00001', percent: 100 }] });
  const params = { project_id: bench.projectId, name: 'web' };
  await bench.call('updateApp', params, { body: { image_reference: 'fake/missing' }, ifMatch: '*' });
  const wrong = state(bench, { traffic: [{ revision_name: 'web-00002', percent: 100 }] });
  await assert.rejects(wrong, refusedWith('invalid_field', /has not been ready yet/));
  const unknown = state(bench, { traffic: [{ revision_name: 'web-00009', percent: 100 }] });
  await assert.rejects(unknown, refusedWith('resource_not_found', /app revision "web-00009"/));
  const used = bench.call('deleteAppRevision', { project_id: bench.projectId, app_name: 'web', name: 'web-00001' });
  await assert.rejects(used, refusedWith('revision_in_use', /gets requests or has a tag/));
});

test('a tag and an app never have the same address', async (t) => {
  const bench = await openControlBench(t);
  await createWeb(bench);
  await state(bench, { traffic: [{ latest: true, percent: 100, tag: 'next' }] });
  const create = (name: string) =>
    bench.call('createApp', { project_id: bench.projectId }, { body: { name, image_reference: IMAGE } });
  await assert.rejects(create('next--web'), refusedWith('invalid_field', /tag "next" of app "web" has its address/));
  await create('other--web');
  const taken = state(bench, { traffic: [{ latest: true, percent: 100, tag: 'other' }] });
  await assert.rejects(taken, refusedWith('invalid_field', /the app "other--web" has its address/));
});

test('as many revisions are kept as stated, and those with a tag or requests in any case', async (t) => {
  const bench = await openControlBench(t);
  await createWeb(bench);
  await state(bench, {
    traffic: [
      { latest: true, percent: 100 },
      { revision_name: 'web-00001', percent: 0, tag: 'first' },
    ],
    revisions_max: 2,
  });
  for (const number of [2, 3, 4]) {
    await update(bench, String(number));
    await untilShares(bench, `web-0000${number}=100`);
  }
  const names = await until('old revisions are gone', async () => {
    const params = { project_id: bench.projectId, app_name: 'web' };
    const { revisions } = await bench.call('listAppRevisions', params);
    return revisions.length <= 3 ? revisions.map((revision) => revision.name) : undefined;
  });
  assert.deepEqual(names, ['web-00001', 'web-00003', 'web-00004']);
});

test('requests move step by step, also over a death of the control plane', async (t) => {
  const bench = await openControlBench(t);
  await createWeb(bench);
  await state(bench, { traffic: [{ revision_name: 'web-00001', percent: 100 }] });
  await update(bench, '2');
  await untilApp(bench, 'web', 'ready');
  const step = { percent: 50, interval_seconds: 1 };
  await state(bench, { traffic: [{ revision_name: 'web-00002', percent: 100 }], step });
  await untilShares(bench, 'web-00002=50 web-00001=50');
  assert.equal((await trafficOf(bench)).status_details.reason, 'stepping');
  await bench.restart();
  await untilShares(bench, 'web-00002=100');
});

test('requests go back when a revision answers with errors, and move again with the next one', async (t) => {
  const bench = await openControlBench(t);
  await createWeb(bench);
  await answers(bench);
  await update(bench, '2');
  await untilShares(bench, 'web-00002=100');
  bench.machine.answerWith({ projectId: bench.projectId, appName: 'web' }, 'web-00002', 500);
  await answers(bench);
  await untilShares(bench, 'web-00001=100');
  const { status_details: details } = await trafficOf(bench);
  assert.equal(details.reason, 'went_back');
  assert.match(
    details.message ?? '',
    /"web-00002" gets no requests: it answered \d+ of \d+ requests with server errors/,
  );
  const app = await bench.call('getApp', { project_id: bench.projectId, name: 'web' });
  assert.deepEqual([app.status, app.status_details?.reason], ['warning', 'ready_but_latest_revision_failed']);
  const { events } = await bench.call('listAppEvents', { project_id: bench.projectId, app_name: 'web' });
  const warning = events.find((event) => event.reason === 'TrafficMovedBack');
  assert.match(
    warning?.message ?? '',
    /^Requests go back: All requests go to revision "web-00001"\. Revision "web-00002" failed/,
  );
  await bench.restart();
  assert.equal(await sharesOf(bench), 'web-00001=100');
  await update(bench, '3');
  await untilShares(bench, 'web-00003=100');
});

test('requests stay where they are when going back is switched off', async (t) => {
  const bench = await openControlBench(t);
  await createWeb(bench);
  await state(bench, { traffic: [{ latest: true, percent: 100 }], rollback: { enabled: false } });
  await update(bench, '2');
  await untilShares(bench, 'web-00002=100');
  assert.equal((await trafficOf(bench)).status_details.reason, 'settled');
  bench.machine.crash({ projectId: bench.projectId, appName: 'web' }, 'web-00002', 1);
  await untilApp(bench, 'web', 'no_revision_ready');
  assert.equal(await sharesOf(bench), 'web-00002=100');
});

test('a rollout stops and goes back when its revision crashes', async (t) => {
  const bench = await openControlBench(t);
  await createWeb(bench);
  await state(bench, { traffic: [{ revision_name: 'web-00001', percent: 100 }] });
  await update(bench, '2');
  await untilApp(bench, 'web', 'ready');
  const step = { percent: 10, interval_seconds: 3600 };
  await state(bench, { traffic: [{ revision_name: 'web-00002', percent: 100 }], step });
  await untilShares(bench, 'web-00002=10 web-00001=90');
  bench.machine.crash({ projectId: bench.projectId, appName: 'web' }, 'web-00002', 1);
  await untilShares(bench, 'web-00001=100');
  assert.equal((await trafficOf(bench)).status_details.reason, 'went_back');
  await assert.rejects(
    bench.call('restartApp', { project_id: bench.projectId, name: 'web' }, { body: { instance_name: 'web-00001-x' } }),
    refusedWith('resource_not_found', /app instance/),
  );
});

test('a restart replaces the instances of an app, and is done again by nobody', async (t) => {
  const bench = await openControlBench(t);
  await createWeb(bench);
  const key = { projectId: bench.projectId, appName: 'web' };
  const living = () =>
    (bench.machine.observe(key)?.instances ?? [])
      .filter(({ completedAt }) => completedAt === undefined)
      .map(({ instanceName }) => instanceName);
  const [before = ''] = living();
  await until('a later moment', async () =>
    Date.now() > Date.parse(bench.machine.observe(key)?.instances[0]?.createdAt ?? '') + 1 ? 1 : undefined,
  );
  await bench.call('restartApp', { project_id: bench.projectId, name: 'web' }, { body: {} });
  const [second = ''] = await until('another instance', async () => (living().includes(before) ? undefined : living()));
  await bench.call('restartApp', { project_id: bench.projectId, name: 'web' }, { body: { instance_name: second } });
  const third = await until('a third one', async () => (living().includes(second) ? undefined : living()));
  await bench.restart();
  assert.deepEqual(living(), third);
});
