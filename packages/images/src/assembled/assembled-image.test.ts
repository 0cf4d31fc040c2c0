import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { assembledImage, renderManifest } from './assembled-image.ts';
import { createKnownBlobs } from './known-blobs.ts';

const CONFIG = { architecture: 'amd64', os: 'linux', config: {}, rootfs: { type: 'layers', diff_ids: ['sha256:a'] } };
const LAYERS = [
  { digest: 'sha256:a', sizeBytes: 10 },
  { digest: 'sha256:b', sizeBytes: 20, path: '/b.tar' },
];

test('renderManifest() names layers by their content, or as they are called where it goes', () => {
  const image = assembledImage(CONFIG, { layers: LAYERS, annotations: { n: 'base' } });
  const text = JSON.stringify(CONFIG);
  assert.equal(image.imageId, createHash('sha256').update(text).digest('hex'));
  const compressed = { mediaType: 'application/vnd.oci.image.layer.v1.tar+gzip', digest: 'sha256:z', size: 5 };
  const manifest = JSON.parse(renderManifest(image, new Map([['sha256:a', compressed]])).toString('utf8')) as object;
  assert.deepEqual(manifest, {
    schemaVersion: 2,
    mediaType: 'application/vnd.oci.image.manifest.v1+json',
    config: {
      mediaType: 'application/vnd.oci.image.config.v1+json',
      digest: `sha256:${image.imageId}`,
      size: text.length,
    },
    layers: [compressed, { mediaType: 'application/vnd.oci.image.layer.v1.tar', digest: 'sha256:b', size: 20 }],
    annotations: { n: 'base' },
  });
});

test('createKnownBlobs() prefers the same repository, forgets the oldest, and what is said to be gone', () => {
  const blobs = createKnownBlobs(4);
  const blob = (repository: string) => ({ descriptor: { mediaType: 't', digest: 'd', size: 1 }, repository });
  blobs.add('sha256:a', blob('p/one'));
  blobs.add('sha256:a', blob('p/two'));
  assert.equal(blobs.find('sha256:a', 'p/one')?.repository, 'p/one');
  assert.equal(blobs.find('sha256:a', 'p/three')?.repository, 'p/two');
  blobs.add('sha256:b', blob('p/one'));
  assert.equal(blobs.find('sha256:a', 'p/one')?.repository, 'p/two', 'the first entry had to leave');
  blobs.forget(['sha256:a']);
  assert.equal(blobs.find('sha256:a', 'p/two'), undefined);
  assert.equal(blobs.find('sha256:b', 'p/one')?.repository, 'p/one');
});
