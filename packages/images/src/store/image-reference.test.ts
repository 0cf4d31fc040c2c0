import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatReference, isLocalReference, parseImageReference } from './image-reference.ts';

const DIGEST = `sha256:${'a'.repeat(64)}`;

test('parseImageReference() completes names as docker does', () => {
  const table: readonly (readonly [string, string])[] = [
    ['nginx', 'docker.io/library/nginx:latest'],
    [' nginx:1.27 ', 'docker.io/library/nginx:1.27'],
    ['bitnami/redis', 'docker.io/bitnami/redis:latest'],
    ['index.docker.io/nginx', 'docker.io/library/nginx:latest'],
    ['docker.io/nginx', 'docker.io/library/nginx:latest'],
    ['icr.io/codeengine/helloworld', 'icr.io/codeengine/helloworld:latest'],
    ['127.0.0.1:5000/shop/web:3', '127.0.0.1:5000/shop/web:3'],
    ['[::1]:5000/shop/web', '[::1]:5000/shop/web:latest'],
    ['registry:5000/web', 'registry:5000/web:latest'],
    [`nginx@${DIGEST}`, `docker.io/library/nginx@${DIGEST}`],
    [`nginx:1.27@${DIGEST}`, `docker.io/library/nginx@${DIGEST}`],
    ['localhost/web', 'localhost/web:latest'],
    ['slipway/node:24', 'localhost/slipway/node:24'],
    ['slipway/other', 'docker.io/slipway/other:latest'],
    ['docker.io/slipway/node:24', 'docker.io/slipway/node:24'],
  ];
  for (const [text, expected] of table) assert.equal(formatReference(parseImageReference(text)), expected, text);
});

test('parseImageReference() refuses what no registry could hold, and says why', () => {
  const table: readonly (readonly [string, RegExp])[] = [
    ['', /registry\/name:tag/],
    ['Nginx', /lower case/],
    ['nginx:', /tag/],
    ['nginx:a b', /tag/],
    ['nginx@sha256:12', /64 hexadecimal/],
    ['docker://nginx', /protocol/],
    ['https://example.com/a', /protocol/],
    ['a//b', /registry\/name:tag/],
    ['-x', /registry\/name:tag/],
    ['ex_ample.com/a', /host name/],
    [`${'a'.repeat(300)}`, /registry\/name:tag/],
  ];
  for (const [text, message] of table) {
    assert.throws(() => parseImageReference(text), { code: 'image_reference_invalid', message }, text);
  }
});

test('isLocalReference() tells names that never leave the machine', () => {
  assert.equal(isLocalReference(parseImageReference('localhost/web')), true);
  assert.equal(isLocalReference(parseImageReference('localhost:5000/web')), false);
});
