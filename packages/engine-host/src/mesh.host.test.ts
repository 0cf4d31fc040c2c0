/** What an app has set for calls of its project, through real HAProxy, over real processes. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { EngineEvent } from '@slipway/engine';
import { until } from './testing/engine-bed.ts';
import { createMeshBed, flakyApp, PROJECT, webApp, type MeshBed, type MeshCall } from './testing/mesh-bed.ts';

const RETRIES = { attempts: 2, budgetPercent: 100, anyMethod: false };

/** How many tries of a call the app saw. */
async function triesOf(bed: MeshBed, key: string): Promise<number> {
  return Number((await bed.callInside({ path: `/count?key=${key}` })).body);
}

test('a call that failed is tried again where its app says so, and only if that is safe', async (t) => {
  const bed = await createMeshBed(t, { network: '84.1' }, flakyApp({ retries: RETRIES }));
  let calls = 0;
  const statusAndTries = async (call: MeshCall & { readonly how: string; readonly fails: number }) => {
    const key = `k${(calls += 1)}`;
    const answer = await bed.callInside({ ...call, path: `/?key=${key}&fails=${call.fails}&how=${call.how}` });
    return [answer.status, await triesOf(bed, key)];
  };
  assert.equal((await bed.callInside()).status, 200, 'it slept');
  for (const how of ['502', '503', '504', 'close']) {
    assert.deepEqual(await statusAndTries({ how, fails: 1 }), [200, 2], how);
    assert.deepEqual(await statusAndTries({ how, fails: 2, method: 'PUT', body: 'once more' }), [200, 3], how);
  }
  assert.deepEqual(await statusAndTries({ how: '503', fails: 9 }), [503, 3], 'two more, and no more');
  assert.deepEqual(
    await statusAndTries({ how: '500', fails: 1 }),
    [500, 1],
    'an answer that says nothing of being away',
  );
  assert.deepEqual(await statusAndTries({ how: '503', fails: 1, method: 'POST', body: 'x' }), [503, 1]);
  const put = await bed.callInside({ method: 'PUT', body: 'all of it', path: '/?key=body&fails=1&how=503' });
  const { at, body, headers } = JSON.parse(put.body);
  assert.deepEqual([at, body, headers['x-forwarded-caller']], [2, 'all of it', 'web.shop']);
  assert.doesNotMatch(Object.keys(headers).join(' '), /slipway/);
  assert.equal(headers['x-forwarded-for'].split(',').length, 1);
  const long = { how: '503', fails: 1, method: 'PUT', body: 'x'.repeat(100_000) };
  assert.deepEqual(await statusAndTries(long), [503, 1], 'longer than what is kept for a second try');

  await bed.engine.applyApp(flakyApp({ retries: { ...RETRIES, anyMethod: true } }));
  assert.deepEqual(await statusAndTries({ how: '503', fails: 1, method: 'POST', body: 'x' }), [200, 2]);
  const fromOutside = await bed.call('stock.test', { path: '/?key=outside&fails=1&how=503' });
  assert.equal(fromOutside.status, 503, 'requests from outside are never meant');
  await bed.engine.applyApp(flakyApp());
  assert.deepEqual(await statusAndTries({ how: '503', fails: 1 }), [503, 1]);
});

test('repeated calls stay within their budget while everything fails, also when the daemon is away', async (t) => {
  const retries = { attempts: 5, budgetPercent: 20, anyMethod: true };
  const bed = await createMeshBed(t, { network: '84.2' }, flakyApp({ retries }, { instancesMin: 1 }));
  assert.equal((await bed.callInside()).status, 200);
  await bed.engine.stop();
  const startedAt = performance.now();
  const calls = 300;
  for (let at = 0; at < calls; at += 1) {
    const answer = await bed.callInside({ method: 'POST', path: '/?key=all&fails=9999&how=503' });
    assert.equal(answer.status, 503);
  }
  const windows = 1 + (performance.now() - startedAt) / 10_000;
  const repeated = (await triesOf(bed, 'all')) - calls;
  // A fifth of the calls, and ten in any ten seconds.
  const most = calls * 0.2 + 10 * windows;
  assert.ok(repeated >= 10 && repeated <= most, `${repeated} of ${calls}, at most ${most}`);
});

test('calls that fail at the same moment stay within the budget of repetitions too', async (t) => {
  const retries = { attempts: 1, budgetPercent: 20, anyMethod: false };
  const bed = await createMeshBed(t, { network: '84.9' }, flakyApp({ retries, timeoutMs: 500 }, { instancesMin: 1 }));
  assert.equal((await bed.callInside()).status, 200);
  const startedAt = performance.now();
  const calls = 60;
  const call = () => bed.callInside({ path: '/?key=burst&fails=9999&how=hang' });
  const answers = await Promise.all(Array.from({ length: calls }, call));
  const windows = 1 + (performance.now() - startedAt) / 10_000;
  const repeated = (await triesOf(bed, 'burst')) - calls;
  assert.ok(repeated >= 1 && repeated <= calls * 0.2 + 10 * windows, `${repeated} of ${calls}`);
  // Those that were repeated waited in vain again; the others hear why they were not.
  const refused = answers.filter(({ status }) => status === 503);
  assert.equal(refused.length, calls - repeated);
  assert.match(refused[0]?.body ?? '', /^App stock\.shop failed, and its budget of repeated calls is spent\n$/);
  assert.equal(answers.filter(({ status }) => status === 504).length, repeated);
});

test('a call that takes longer than its app allows is answered with 504, and tried again where that is set', async (t) => {
  const bed = await createMeshBed(t, { network: '84.3' }, flakyApp({ timeoutMs: 300 }, { instancesMin: 1 }));
  await bed.callInside({ path: '/?key=awake' });
  const hanging = '/?key=first&fails=1&how=hang';
  assert.equal((await bed.callInside({ path: hanging })).status, 504);
  assert.equal(await triesOf(bed, 'first'), 1);
  await bed.engine.applyApp(flakyApp({ timeoutMs: 300, retries: RETRIES }, { instancesMin: 1 }));
  assert.equal((await bed.callInside({ path: '/?key=second&fails=1&how=hang' })).status, 200);
  assert.equal(await triesOf(bed, 'second'), 2);
  assert.equal((await bed.callInside({ method: 'POST', path: '/?key=third&fails=1&how=hang' })).status, 504);
});

test('calls are answered in place of the app by the share that is set, and no other request is', async (t) => {
  const bed = await createMeshBed(t, { network: '84.4' }, flakyApp({ abort: { percent: 100, status: 429 } }));
  const aborted = await bed.callInside({ path: '/?key=none' });
  assert.deepEqual([aborted.status, aborted.headers['x-slipway-fault']], [429, 'abort']);
  assert.equal(aborted.body, 'The mesh settings of app stock.shop have 100 % of its calls answered so\n');
  assert.equal((await bed.call('stock.test', { path: '/?key=none' })).status, 200, 'from outside');
  await bed.engine.applyApp(flakyApp({ abort: { percent: 50, status: 503 } }));
  const statuses: number[] = [];
  for (let at = 0; at < 200; at += 1) statuses.push((await bed.callInside()).status);
  const failed = statuses.filter((status) => status === 503).length;
  // 100 are expected; fewer than 55 or more than 145 come once in ten billion runs.
  assert.ok(failed >= 55 && failed <= 145, String(failed));
  assert.deepEqual(new Set(statuses), new Set([200, 503]));
});

test('an instance that answers with errors gets no requests for a time, and others take them', async (t) => {
  const outliers = { consecutiveErrors: 5, errorPercent: 50, requestsMin: 20, ejectionMs: 600_000 };
  const bed = await createMeshBed(t, { network: '84.5' }, flakyApp({ outliers }, { instancesMin: 2 }));
  const ready = () => [...bed.machine.running.values()].filter(({ instance }) => instance.appName === 'stock').length;
  await until('two instances', async () => ready() === 2 && (await bed.call('stock.test')).status === 200);
  const statusOf = async () => (await bed.callInside({ path: '/?key=bad&fails=0' })).status;
  const broken = JSON.parse((await bed.callInside({ path: '/break' })).body) as { instance: string };
  await until('it is out', async () => {
    for (let at = 0; at < 10; at += 1) await statusOf();
    return bed.events.some(({ instanceName, reason }) => reason === 'Outlier' && instanceName === broken.instance);
  });
  const statuses = new Set<number>();
  for (let at = 0; at < 100; at += 1) statuses.add(await statusOf());
  assert.deepEqual(statuses, new Set([200]));
  await bed.engine.applyApp(flakyApp({}, { instancesMin: 2 }));
  await until('it is back', async () => (await statusOf()) === 500);
});

test('an outlier is back before its time when its probe failed and succeeds again, and when a daemon starts', async (t) => {
  const outliers = { consecutiveErrors: 5, errorPercent: 50, requestsMin: 20, ejectionMs: 600_000 };
  const probe = {
    path: '/health',
    port: 0,
    intervalMs: 100,
    timeoutMs: 10_000,
    initialDelayMs: 0,
    failureThreshold: 1,
  };
  const app = flakyApp({ outliers }, { instancesMin: 2, readiness: { ...probe, type: 'http' } });
  const bed = await createMeshBed(t, { network: '84.8' }, app);
  const stock = { projectId: 'p1', appName: 'stock' };
  const ready = async () => (await bed.engine.observeApp(stock))?.instances.filter((one) => one.ready) ?? [];
  await until('two instances', async () => (await ready()).length === 2);
  const instanceName = (await ready())[0]?.instanceName ?? '';
  const isEjection = ({ message, reason }: EngineEvent) => reason === 'Outlier' && message.includes('gets no requests');
  const ejections = () => bed.events.filter((event) => event.instanceName === instanceName && isEjection(event));
  const throwOut = async (times: number) => {
    await bed.tell(instanceName, '/break');
    await until('it is out', async () => {
      await bed.callInside();
      return ejections().length === times;
    });
  };
  const answeredBy = async () => JSON.parse((await bed.callInside()).body).instance as string;

  await throwOut(1);
  await bed.tell(instanceName, '/unwell');
  await until('it is not ready', async () => (await ready()).length === 1);
  await bed.tell(instanceName, '/mend');
  await bed.tell(instanceName, '/well');
  await until('it gets requests', async () => (await answeredBy()) === instanceName);
  await throwOut(2);

  await bed.engine.stop();
  for (let at = 0; at < 10; at += 1) assert.equal((await bed.callInside()).status, 200, 'out while the daemon is away');
  await bed.restart();
  await bed.engine.start({ projects: [PROJECT], apps: [webApp(), app] });
  await until('it gets requests, and fails', async () => (await bed.callInside()).status === 500);
});

test('calls wait as long as is set, keep what else is set for them, and do not wait while the daemon is away', async (t) => {
  const delay = { percent: 100, delayMs: 400 };
  const bed = await createMeshBed(t, { network: '84.6' }, flakyApp({ delay, retries: RETRIES }));
  const timingOf = async (call: MeshCall) => {
    const { headers, status } = await bed.callInside(call);
    return [status, headers['server-timing']?.includes('relay;dur=400') === true];
  };
  // HAProxy runs before the activator does, and then takes a moment to find it.
  await until('it waits', async () => (await timingOf({}))[1] === true);
  assert.deepEqual(await timingOf({ path: '/?key=one&fails=2&how=503' }), [200, true]);
  assert.equal((await bed.call('stock.test')).headers['server-timing'], undefined, 'from outside');
  const put = await bed.callInside({ method: 'PUT', body: 'a body', path: '/?key=two' });
  const { body, headers } = JSON.parse(put.body);
  assert.deepEqual([body, headers['x-forwarded-caller']], ['a body', 'web.shop']);
  const leaked = Object.keys(headers).filter((name) => name.includes('slipway'));
  assert.deepEqual(leaked, []);
  await bed.engine.stop();
  assert.deepEqual(await timingOf({ path: '/?key=three&fails=1&how=503' }), [200, false]);
});

test('calls are copied to another app, whose answers nobody gets', async (t) => {
  const mirror = { percent: 100, host: 'copy.shop' };
  const bed = await createMeshBed(t, { network: '84.7' }, flakyApp({ mirror, callers: ['web'] }));
  const copy = flakyApp(undefined, { instancesMin: 1 });
  await bed.engine.applyApp({ ...copy, appName: 'copy', hosts: ['project/copy.shop.svc.cluster.local'] });
  const seen = () => bed.callInside({ host: 'copy.shop', path: '/last' });
  await until('copies come', async () => {
    await bed.callInside();
    return (await seen()).body.includes('stock.shop');
  });
  const answer = await bed.callInside({ method: 'POST', path: '/?key=all', body: 'the same' });
  const { body, headers } = JSON.parse(answer.body);
  assert.deepEqual([answer.status, body, headers['x-forwarded-mirrored']], [200, 'the same', undefined]);
  await until('the copy came', async () => (await seen()).body.includes('the same'));
  const copied = JSON.parse((await seen()).body);
  assert.deepEqual([copied.method, copied.url, copied.body], ['POST', '/?key=all', 'the same']);
  assert.equal(copied.headers['x-forwarded-mirrored'], 'stock.shop');
  assert.equal(copied.headers['x-forwarded-caller'], 'web.shop');
  const long = await bed.callInside({ method: 'POST', path: '/?key=long', body: 'x'.repeat(100_000) });
  assert.equal(JSON.parse(long.body).body.length, 100_000);
  assert.equal((await bed.callInside({ method: 'POST', path: '/?key=after', body: 'short' })).status, 200);
  await until('the next copy came', async () => (await seen()).body.includes('short'));
  assert.equal((await bed.callInside({ host: 'copy.shop', path: '/count?key=long' })).body, '0', 'too long to copy');
  const tags = [{ revisionName: 'stock-1', hosts: ['project/next--stock.shop.svc.cluster.local'] }];
  const toTag = { percent: 100, host: 'next--stock.shop.svc.cluster.local' };
  await bed.engine.applyApp({ ...flakyApp({ mirror: toTag, callers: ['web'] }), tags });
  assert.equal((await bed.callInside({ path: '/?key=twice' })).status, 200);
  const isCopied = async () => (await triesOf(bed, 'twice')) === 2;
  await until('the copy came to the tag of the same app, which only its callers reach', isCopied);
  await bed.engine.removeApp({ projectId: 'p1', appName: 'copy' });
  assert.equal((await bed.callInside()).status, 200, 'nobody is there for copies');
  await bed.engine.stop();
  const last = await bed.callInside();
  assert.equal(last.status, 200, `nobody is there to copy: ${last.body}`);
});
