import assert from 'node:assert/strict';
import { test } from 'node:test';
import { usableImageName } from './image-names.ts';

const OUTPUT = 'r.example:5000/p1/app:1';

test('usableImageName() makes short names full, so that none can be an id of the store', () => {
  const table: readonly (readonly [string, string])[] = [
    ['alpine', 'docker.io/library/alpine:latest'],
    ['66c70370002b', 'docker.io/library/66c70370002b:latest'],
    ['team/app:1', 'docker.io/team/app:1'],
    ['quay.io/a/b', 'quay.io/a/b:latest'],
    ['quay.io/a/b@sha256:00', 'quay.io/a/b@sha256:00'],
    ['r.example:5000/p1/base:2', 'r.example:5000/p1/base:2'],
  ];
  for (const [name, full] of table) assert.equal(usableImageName(name, OUTPUT), full);
});

test('usableImageName() refuses images of the store and of other projects', () => {
  const table: readonly (readonly [string, RegExp])[] = [
    ['localhost/slipway/node:24', /platform's own store\. Use a platform image/],
    ['r.example:5000/p2/app:1', /belongs to another project/],
    ['r.example:5000/p10/app:1', /belongs to another project/],
    ['R.example:5000/p2/app:1', /belongs to another project/],
    ['r.example:5000/p2/app@sha256:00', /belongs to another project/],
    ['$X', /a variable cannot name an image/],
    ['a b', /it is no image name/],
  ];
  for (const [name, message] of table) assert.throws(() => usableImageName(name, OUTPUT), message);
});

test('usableImageName() knows the registry under its other names', () => {
  for (const name of [
    'localhost:8781',
    'LOCALHOST:8781',
    '127.0.0.1:8781',
    '127.1:8781',
    'x.localhost:8781',
    '0.0.0.0:8781',
  ]) {
    assert.throws(
      () => usableImageName(`${name}/p2/app`, 'localhost:8781/p1/app:1'),
      /belongs to another project/,
      name,
    );
  }
  assert.equal(usableImageName('localhost:5000/p2/app:1', 'localhost:8781/p1/app:1'), 'localhost:5000/p2/app:1');
});
