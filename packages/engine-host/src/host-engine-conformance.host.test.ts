/** The host engine over real HAProxy and processes passes the contract of every engine. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after } from 'node:test';
import { EngineFault } from '@slipway/engine';
import { describeEngineConformance } from '@slipway/engine/testing';
import type { ImageStore } from '@slipway/images';
import { createHostEngine } from './host-engine.ts';
import { callHost, configFor, everyImage, freePort, logInto, TEST_APP } from './testing/engine-bed.ts';
import { certificateShown, openHttps } from './testing/https-client.ts';
import { createProcessMachine, ProcessRuntime } from './testing/process-runtime.ts';

const DIGEST = `sha256:${'0'.repeat(64)}`;
const machine = createProcessMachine('80.100');
machine.programs.set(`registry.test/good@${DIGEST}`, [TEST_APP, 'revision']);
machine.programs.set(`registry.test/exits@${DIGEST}`, ['-e', 'process.exit(3)']);
machine.programs.set(`registry.test/deaf@${DIGEST}`, [TEST_APP, 'deaf']);

const images: ImageStore = {
  ...everyImage,
  async resolve(reference) {
    const pinned = reference.includes('@') ? reference : `${reference}@${DIGEST}`;
    if (!machine.programs.has(pinned)) throw new EngineFault('image_not_found', `Image "${reference}" does not exist`);
    return { ...(await everyImage.resolve(pinned)), digest: DIGEST };
  },
};

const dir = await mkdtemp(join(tmpdir(), 'host-route-'));
const plain = configFor(dir, await freePort(), { network: machine.network, startDeadlineMs: 2_000 });
const config = { ...plain, https: await openHttps(dir) };

function createEngine() {
  return createHostEngine({ config, runtime: new ProcessRuntime(machine), images, log: logInto([]) });
}

describeEngineConformance({
  name: 'host',
  createEngine,
  images: {
    good: 'registry.test/good',
    exitsWith3: 'registry.test/exits',
    neverListens: 'registry.test/deaf',
    missing: 'registry.test/missing',
  },
  async request(host, path = '/') {
    const { status, body } = await callHost(config.http.port, host, { path });
    return new Response(body, { status });
  },
  certificateFor: (host) => certificateShown(config.https?.port ?? 0, host),
});

after(async () => {
  await createEngine().purge();
  for (const one of [dir, machine.logDir]) await rm(one, { recursive: true, force: true });
});
