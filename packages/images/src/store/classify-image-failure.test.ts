import assert from 'node:assert/strict';
import { test } from 'node:test';
import { classifyImageFailure, imageFault } from './classify-image-failure.ts';

/** Lines as skopeo 1.9 and buildah 1.28 print them. */
const TABLE: readonly (readonly [string, string, boolean])[] = [
  [
    'Error parsing image name "docker://docker.io/library/nginx:latest": pinging container registry registry-1.docker.io: Get "https://registry-1.docker.io/v2/": dial tcp: lookup registry-1.docker.io on 10.0.0.1:53: no such host',
    'image_registry_unreachable',
    false,
  ],
  [
    'pinging container registry 127.0.0.1:1: Get "https://127.0.0.1:1/v2/": dial tcp 127.0.0.1:1: connect: connection refused',
    'image_registry_unreachable',
    true,
  ],
  ['Get "https://r.example/v2/": dial tcp 192.0.2.1:443: i/o timeout', 'image_registry_unreachable', true],
  ['Get "https://r.example/v2/": http: server gave HTTP response to HTTPS client', 'image_registry_unreachable', false],
  ['Get "https://r.example/v2/": x509: certificate signed by unknown authority', 'image_registry_unreachable', false],
  [
    'reading manifest latest in r.example/a: received unexpected HTTP status: StatusCode: 503, ',
    'image_registry_unreachable',
    true,
  ],
  ['toomanyrequests: You have reached your pull rate limit', 'image_registry_unreachable', true],
  ['reading manifest nope in 127.0.0.1:5000/a/f: manifest unknown: manifest unknown', 'image_not_found', false],
  ['reading manifest 1 in registry.example/foo/bar: StatusCode: 404, ', 'image_not_found', false],
  ['name unknown: repository name not known to registry', 'image_not_found', false],
  [
    'reading manifest latest in docker.io/library/xyz: errors:\ndenied: requested access to the resource is denied\nunauthorized: authentication required',
    'image_access_denied',
    false,
  ],
  [
    'unable to retrieve auth token: invalid username/password: unauthorized: authentication required',
    'image_access_denied',
    false,
  ],
  [
    'choosing image instance: no image found in manifest list for architecture s390x, variant "", OS linux',
    'image_wrong_platform',
    false,
  ],
  ['writing blob: adding layer with blob "sha256:aa": write /x: no space left on device', 'disk_full', false],
  ['writing blob: Digest did not match, expected sha256:aa, got sha256:bb', 'image_damaged', false],
  ['something nobody has seen', 'image_damaged', false],
];

test('classifyImageFailure() finds whose mistake it is and whether another try makes sense', () => {
  for (const [output, code, transient] of TABLE) {
    assert.deepEqual(classifyImageFailure(output), { code, transient }, output);
  }
});

test('imageFault() names the unreachable registry and the way without one', () => {
  const fault = imageFault('image_registry_unreachable', {
    reference: 'docker.io/library/nginx:latest',
    registry: 'docker.io',
    output: 'no such host',
  });
  assert.equal(
    fault.message,
    'Cannot get image "docker.io/library/nginx:latest": the name of registry docker.io cannot be resolved. Configure a mirror for docker.io, or deploy from source with ./slipway deploy FOLDER, which needs no image registry',
  );
});
