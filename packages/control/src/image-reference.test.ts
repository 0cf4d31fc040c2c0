import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatImageReference, isForeignImage, parseImageReference } from './image-reference.ts';

const DIGEST = `sha256:${'a'.repeat(64)}`;

test('parseImageReference() makes a name complete, and formatting it again changes nothing', () => {
  const cases = [
    ['nginx', 'docker.io/library/nginx:latest'],
    ['nginx:1.27', 'docker.io/library/nginx:1.27'],
    ['ibm/hello', 'docker.io/ibm/hello:latest'],
    ['docker.io/nginx', 'docker.io/library/nginx:latest'],
    ['LOCALHOST:8781/default/web', 'LOCALHOST:8781/default/web:latest'.toLowerCase()],
    ['localhost/web', 'localhost/web:latest'],
    ['icr.io/codeengine/hello_world:v1.0', 'icr.io/codeengine/hello_world:v1.0'],
    [`icr.io/a/b@${DIGEST}`, `icr.io/a/b@${DIGEST}`],
    [`icr.io/a/b:v1@${DIGEST}`, `icr.io/a/b@${DIGEST}`],
    ['[::1]:5000/a', '[::1]:5000/a:latest'],
  ] as const;
  for (const [written, complete] of cases) {
    const image = parseImageReference(written);
    assert.ok(image, written);
    assert.equal(formatImageReference(image), complete);
    const again = parseImageReference(complete);
    assert.equal(again && formatImageReference(again), complete);
  }
});

test('parseImageReference() refuses what no registry would know', () => {
  const bad = ['', ':tag', 'Nginx', 'a//b', 'a/', '/a', 'a:', 'a b', 'a@sha256:1', `a@${DIGEST}@${DIGEST}`];
  for (const text of [...bad, '-a', 'a..b', 'https://icr.io/a', '../a', 'x.io/a:b/c', `a:${'t'.repeat(129)}`]) {
    assert.equal(parseImageReference(text), undefined, text);
  }
});

test('isForeignImage() keeps projects apart in the bundled registry, and knows nothing of others', () => {
  const owner = { registry: 'localhost:8781', subdomain: 'shop' };
  const isForeign = (text: string) => {
    const image = parseImageReference(text);
    return image && isForeignImage(image, owner);
  };
  assert.equal(isForeign('localhost:8781/shop/web'), false);
  assert.equal(isForeign('localhost:8781/shop-2/web'), true);
  assert.equal(isForeign('Localhost:8781/other/web'), true);
  assert.equal(isForeign('localhost:8781/shop'), true);
  assert.equal(isForeign('icr.io/other/web'), false);
});
