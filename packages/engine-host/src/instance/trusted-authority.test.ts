import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { openTrustedAuthority } from './trusted-authority.ts';

const AUTHORITY = '-----BEGIN CERTIFICATE-----\nb3Vycw==\n-----END CERTIFICATE-----\n';
const OF_IMAGE = '-----BEGIN CERTIFICATE-----\ndGhlaXJz\n-----END CERTIFICATE-----\n';

async function openBed(t: TestContext) {
  const dir = mkdtempSync(join(tmpdir(), 'slipway-trust-'));
  t.after(() => rmSync(dir, { recursive: true, force: true }));
  const authorityFile = join(dir, 'ca.pem');
  writeFileSync(authorityFile, AUTHORITY);
  const layerDir = join(dir, 'layer');
  mkdirSync(join(layerDir, 'etc/ssl/certs'), { recursive: true });
  writeFileSync(join(layerDir, 'etc/ssl/certs/ca-certificates.crt'), OF_IMAGE);
  return { layerDir, authority: await openTrustedAuthority(authorityFile, join(dir, 'bundles')) };
}

test("trustFor() shows the image's own bundle with the platform's authority in it, to everyone", async (t) => {
  const { authority, layerDir } = await openBed(t);
  const { environment, mounts } = authority.trustFor({ imageId: 'one', layerDirs: [layerDir] });
  const bundle = mounts.find(({ destination }) => destination === '/etc/ssl/certs/ca-certificates.crt');
  assert.equal(readFileSync(bundle?.source ?? '', 'utf8'), `${OF_IMAGE}${AUTHORITY}`);
  assert.equal(statSync(bundle?.source ?? '').mode & 0o777, 0o644);
  assert.deepEqual(environment, { NODE_EXTRA_CA_CERTS: '/dev/slipway/ca.pem' });
  assert.ok(mounts.some(({ destination }) => destination === '/dev/slipway/ca.pem'));
});

test('trustFor() makes no bundle for an image that has none, and none of what it shares is made twice', async (t) => {
  const { authority, layerDir } = await openBed(t);
  const bare = authority.trustFor({ imageId: 'bare', layerDirs: [] });
  assert.deepEqual(
    bare.mounts.map(({ destination }) => destination),
    ['/dev/slipway/ca.pem'],
  );
  const sourceOf = (imageId: string) => authority.trustFor({ imageId, layerDirs: [layerDir] }).mounts[1]?.source;
  assert.equal(sourceOf('one'), sourceOf('two'));
});

test('trustFor() keeps bundles of a bounded number of images', async (t) => {
  const { authority, layerDir } = await openBed(t);
  for (let at = 0; at < 200; at += 1) {
    const { mounts } = authority.trustFor({ imageId: `image-${at}`, layerDirs: [layerDir] });
    assert.ok(statSync(mounts[1]?.source ?? '').isFile());
  }
});
