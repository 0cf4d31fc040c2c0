import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'node:test';
import { openImageStore, prepareContainerStorage, type ContainerStorage } from '@slipway/images';
import { runProcess } from '@slipway/process';
import type { PlatformConfig } from '@slipway/setup';
import { openSqliteStore } from '@slipway/store';
import { housekeepingTasks } from './housekeeping-tasks.ts';

const OLD = '2026-01-01T00:00:00.000Z';

async function makeImage(storage: ContainerStorage, name: string): Promise<string> {
  const env = { ...storage.environment };
  const buildah = async (...args: readonly string[]) => (await runProcess(['buildah', ...args], { env })).stdout.trim();
  const container = await buildah('from', 'scratch');
  await buildah('config', '--label', `name=${name}`, container);
  await buildah('copy', '--quiet', container, import.meta.filename, `/${name}`);
  const imageId = await buildah('commit', '--quiet', '--rm', `--signature-policy=${storage.policyPath}`, container);
  return imageId.replace(/^sha256:/, '');
}

test('collecting images leaves those of revisions, of running instances, and those used a moment ago', async (t) => {
  const dir = await mkdtemp(join(tmpdir(), 'slipway-housekeeping-'));
  t.after(() => rm(dir, { recursive: true, force: true }));
  const place = { stateDir: join(dir, 'state'), runDir: join(dir, 'run') };
  const storage = await prepareContainerStorage({ ...place, registry: { address: '127.0.0.1:1' } });
  const names = ['pinned', 'running', 'young', 'unused'];
  const records: Record<string, object> = {};
  const referenceOf = (name: string) => `r.example/p/${name}@sha256:${'0'.repeat(64)}`;
  for (const name of names) {
    const usedAt = name === 'young' ? new Date().toISOString() : OLD;
    records[referenceOf(name)] = { imageId: await makeImage(storage, name), guarded: false, usedAt };
  }
  await writeFile(join(storage.graphRoot, 'slipway-records.json'), JSON.stringify({ version: 1, images: records }));
  const images = openImageStore({ storage });
  const store = await openSqliteStore({ path: join(dir, 'store.sqlite') });
  t.after(() => store.close());
  const status = { image: { reference: referenceOf('pinned'), digest: 'sha256:0' }, imageTries: 0, everReady: true };
  const key = { kind: 'app_revision', projectId: 'p1', name: 'web-00001' } as const;
  await store.insert({ ...key, id: 'r1', owner: 'web', spec: {}, status });

  const tasks = housekeepingTasks({ ...place, imageBudgetBytes: 1 } as PlatformConfig, {
    store,
    images,
    runtime: { imagesInUse: () => [referenceOf('running')] },
    baseImages: { ensureBaseImage: () => Promise.resolve(true) },
    log: { info: () => undefined, warn: () => undefined, error: () => undefined },
  });
  for (const task of tasks) await task.run(new AbortController().signal);
  const left = (await images.records.all()).map(([reference]) => reference);
  assert.deepEqual(left.toSorted(), ['pinned', 'running', 'young'].map(referenceOf).toSorted());
  assert.equal((await images.images.list()).length, 3);
});
