import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import type { CgroupTree } from '../cgroup/cgroup-tree.ts';
import type { InstanceRecord } from './instance-record.ts';
import { InstanceSweep } from './instance-sweep.ts';
import type { Living } from './living-instance.ts';
import { machineLayoutFor } from './machine-layout.ts';

const REST_MS_MAX = 90_000;

function livingOf(instanceName: string, standsBy?: InstanceRecord['standsBy']): Living {
  const record = {
    key: '0123456789ab',
    instance: { instanceName, projectId: 'p1', appName: 'web' },
    ephemeralStorageBytes: 1,
    ...(standsBy && { standsBy }),
  } as unknown as InstanceRecord;
  return { record, detach: async () => {}, ended: Promise.withResolvers(), ending: false };
}

function bed(t: TestContext) {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const root = mkdtempSync(join(tmpdir(), 'slipway-sweep-'));
  t.after(() => rmSync(root, { recursive: true }));
  const layout = machineLayoutFor({ platformId: 'test', stateDir: root, runDir: root });
  for (const dir of [layout.exitsDir, layout.runtimeRoot, layout.scratchDir, layout.socketsDir]) mkdirSync(dir);
  const living = new Map<string, Living>();
  const making = new Set<string>();
  const seen = { looks: 0, heals: 0 };
  const sweep = new InstanceSweep({
    config: { instanceLog: { fileBytesMax: 1, filesPerInstanceMax: 1, instancesPerAppMax: 1 } },
    layout,
    cgroups: { list: () => [], kill: () => undefined } as unknown as CgroupTree,
    living,
    making,
    healNetwork: async () => void (seen.heals += 1),
    log: { info: () => undefined, warn: assert.fail, error: assert.fail },
    look: () => void (seen.looks += 1),
  });
  t.after(() => sweep.stop());
  sweep.start();
  return {
    living,
    making,
    sweep,
    /** What was looked at in that time, second by second. */
    pass: async (seconds: number) => {
      Object.assign(seen, { looks: 0, heals: 0 });
      for (let second = 0; second < seconds; second += 1) {
        t.mock.timers.tick(1000);
        await new Promise(setImmediate);
      }
      return { ...seen };
    },
  };
}

test('while an instance runs it is looked at every second, and its network every five', async (t) => {
  const { living, pass } = bed(t);
  living.set('web-1', livingOf('web-1'));
  assert.deepEqual(await pass(20), { looks: 20, heals: 4 });
});

test('while none runs all is looked at rarely, what stands by and the network too', async (t) => {
  const { living, pass } = bed(t);
  living.set('web-1', livingOf('web-1', { tier: 'frozen', since: '2026-01-01T00:00:00.000Z' }));
  await pass(5);
  const { heals, looks } = await pass((2 * REST_MS_MAX) / 1000);
  assert.ok(heals >= 2 && heals <= 4, `${heals} looks at the network`);
  assert.equal(looks, heals);
});

test('the network is looked at soon after an instance has begun to run, and then as often as ever', async (t) => {
  const { living, pass, sweep } = bed(t);
  const one = livingOf('web-1', { tier: 'created', since: '2026-01-01T00:00:00.000Z' });
  living.set('web-1', one);
  await pass(5);
  const { standsBy: _waited, ...record } = one.record;
  one.record = record;
  sweep.rouse();
  assert.deepEqual(await pass(1), { looks: 1, heals: 1 });
  sweep.rouse();
  assert.deepEqual(await pass(5), { looks: 5, heals: 1 });
});

test('what is remembered as running rouses, a sandbox does not, and either is looked at in the same turn', async (t) => {
  const { pass, sweep } = bed(t);
  await pass(5);
  sweep.watch(livingOf('web-1', { tier: 'created', since: '2026-01-01T00:00:00.000Z' }).record);
  assert.deepEqual(await pass(5), { looks: 1, heals: 0 });
  sweep.watch(livingOf('web-2').record);
  assert.deepEqual(await pass(1), { looks: 1, heals: 1 });
});

test('it does not rest while an instance is being made, and not after it was stopped', async (t) => {
  const { making, pass, sweep } = bed(t);
  making.add('0123456789ab');
  assert.equal((await pass(10)).heals, 2);
  making.clear();
  sweep.stop();
  sweep.rouse();
  assert.equal((await pass(REST_MS_MAX / 1000)).heals, 0);
});
