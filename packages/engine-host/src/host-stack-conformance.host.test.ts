/**
 * The host engine as it is shipped passes the contract of every engine: crun under conmon, overlay mounts over a real
 * image store, bridges, HAProxy. And what only this engine can show: nothing stays of what is not declared any more.
 */
import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { after, test } from 'node:test';
import { describeEngineConformance } from '@slipway/engine/testing';
import { appFor, callHost, revisionFor, until } from './testing/engine-bed.ts';
import { certificateShown } from './testing/https-client.ts';
import { TEST_IMAGES } from './testing/real-images.ts';
import { openStackBed } from './testing/stack-bed.ts';

const bed = await openStackBed({ platformId: 'cf', cidr: '10.206.0.0/17', userBase: 1_160_000_000 });
after(() => bed[Symbol.asyncDispose]());

function devices(): readonly string[] {
  return readdirSync('/sys/class/net').filter((name) => name.startsWith(`sw-${bed.config.platformId}-`));
}

describeEngineConformance({
  name: 'host, with containers and real images',
  createEngine: () => bed.createEngine(),
  images: TEST_IMAGES,
  async request(host, path = '/') {
    const { status, body } = await callHost(bed.config.http.port, host, { path });
    return new Response(body, { status });
  },
  certificateFor: (host) => certificateShown(bed.config.https?.port ?? 0, host),
});

test('a project that was removed while no daemon ran loses its instances and its network', async (t) => {
  const first = bed.createEngine();
  await first.start({ projects: [], apps: [] });
  await first.applyProject({ projectId: 'p1', subdomain: 'one' });
  const { reference } = await first.resolveImage(TEST_IMAGES.good, { projectId: 'p1' });
  const revision = { ...revisionFor('web-00001'), imageReference: reference, arguments: [] };
  const app = appFor('web', { ...revision, scale: { ...revision.scale, instancesMin: 1 } });
  await first.applyApp(app);
  await until('the app is ready', async () => (await first.observeApp(app))?.revisions[0]?.state === 'ready');
  assert.notDeepEqual(devices(), []);
  await first.stop();

  const second = bed.createEngine();
  t.after(() => second.stop());
  await second.start({ projects: [], apps: [] });
  await until('no network devices are left', () => devices().length === 0);
  assert.deepEqual(readdirSync(`${bed.config.runDir}/i`), []);
  assert.equal((await callHost(bed.config.http.port, 'web.test')).status, 404);
});
