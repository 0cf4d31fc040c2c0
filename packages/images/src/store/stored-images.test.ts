import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bigDataFileName, layerChain, parseImagesIndex, parseLayersIndex } from './stored-images.ts';

/** As buildah 1.28 writes it, shortened. */
const IMAGES =
  '[{"id":"ef87","digest":"sha256:895b","names":["localhost/tiny:1"],"names-history":["localhost/tiny:1"],"layer":"4fab","metadata":"{}","big-data-names":["sha256:ef87","manifest-sha256:895b","manifest-sha256:aaaa","manifest","signature-895b"],"created":"2026-11-22T15:09:05Z"},{"id":"0000","layer":"4fab"}]';
const LAYERS =
  '[{"id":"4fab","parent":"33cc","created":"2026-11-22T15:09:05Z","diff-digest":"sha256:4fab","diff-size":2048,"uidset":[0],"gidset":[0]},{"id":"33cc","diff-size":10},{"id":"broken","parent":"gone"},{"id":"loop","parent":"loop"}]';

test('parseImagesIndex() finds every manifest digest of an image, its own first', () => {
  assert.deepEqual(parseImagesIndex(IMAGES), [
    { id: 'ef87', digests: ['sha256:895b', 'sha256:aaaa'], names: ['localhost/tiny:1'], topLayer: '4fab' },
    { id: '0000', digests: [], names: [], topLayer: '4fab' },
  ]);
});

test('layerChain() goes from the lowest to the top and refuses a broken chain', () => {
  const layers = parseLayersIndex(LAYERS);
  assert.deepEqual(layerChain(layers, '4fab'), [
    { id: '33cc', parent: '', sizeBytes: 10 },
    { id: '4fab', parent: '33cc', sizeBytes: 2048 },
  ]);
  assert.equal(layerChain(layers, 'broken'), undefined);
  assert.equal(layerChain(layers, 'loop'), undefined);
  assert.deepEqual(layerChain(layers, ''), [], 'an image without layers is possible');
});

test('bigDataFileName() writes names as containers/storage does', () => {
  assert.equal(bigDataFileName('manifest'), 'manifest');
  assert.equal(bigDataFileName('sha256:ef87'), '=c2hhMjU2OmVmODc=');
});
