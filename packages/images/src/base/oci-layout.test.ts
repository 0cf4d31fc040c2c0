import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { adoptLayer, describeImage, LAYER_TYPE, readLayers, writeLayout } from './oci-layout.ts';

const SETTINGS = { environment: { PATH: '/bin', PORT: '8080' }, command: ['node'] };
const PLATFORM = { architecture: 'amd64', os: 'linux' };

test('describeImage() lists uncompressed layers lowest first and is the same for the same layers', () => {
  const layers = ['aa', 'bb'].map((digest) => ({ mediaType: LAYER_TYPE, digest: `sha256:${digest}`, size: 5 }));
  const options = { platform: PLATFORM, settings: SETTINGS, title: 'slipway/node:24' };
  const image = describeImage(layers, options);
  assert.deepEqual(describeImage(layers, options), image);
  const config = JSON.parse(image.config) as Record<string, Record<string, unknown>>;
  assert.deepEqual(config['rootfs']?.['diff_ids'], ['sha256:aa', 'sha256:bb']);
  assert.deepEqual(config['config']?.['Env'], ['PATH=/bin', 'PORT=8080']);
});

test('writeLayout() leaves a layout whose layers another image can stand on', async (t) => {
  const dir = await mkdtemp(join(tmpdir(), 'slipway-layout-'));
  t.after(() => rm(dir, { recursive: true }));
  await writeFile(join(dir, 'layer.tar'), 'content');
  const layer = await adoptLayer(join(dir, 'layer.tar'), join(dir, 'blobs'));
  assert.equal(layer.digest, 'sha256:ed7002b439e9ac845f22357d822bac1444730fbdb6016d3ec9432297b9ec9f73');
  const image = describeImage([layer], { platform: PLATFORM, settings: SETTINGS, title: 'slipway/base:12' });
  await writeLayout(join(dir, 'layout'), join(dir, 'blobs'), image);
  assert.deepEqual(await readLayers(join(dir, 'layout'), join(dir, 'blobs')), [layer]);
});
