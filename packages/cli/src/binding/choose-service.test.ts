import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Secret } from '@slipway/spec';
import { chooseService, prefixFor } from './choose-service.ts';

function secret(name: string, instance: string, key?: string): Secret {
  const access = { service_instance: { id: instance }, ...(key !== undefined && { resource_key: { id: key } }) };
  return { name, format: 'service_access', entity_tag: '1', service_access: access };
}

const COS = 'crn:v1:bluemix:public:cloud-object-storage:global:a/1:2::';
const SECRETS = [secret('cos-writer', COS, 'key-1'), secret('cos-reader', COS, 'key-2'), secret('db', 'db-1')];

test('chooseService() finds the secret by its name, its service instance or its credential', () => {
  const name = (options: Parameters<typeof chooseService>[2]) => chooseService('app "web"', SECRETS, options).name;
  assert.equal(name({ serviceInstance: 'db' }), 'db');
  assert.equal(name({ serviceInstance: 'db-1' }), 'db');
  assert.equal(name({ serviceInstanceId: 'db-1' }), 'db');
  assert.equal(name({ serviceInstance: COS, serviceCredential: 'cos-reader' }), 'cos-reader');
  assert.equal(name({ serviceInstanceId: COS, serviceCredential: 'key-1' }), 'cos-writer');
  assert.equal(name({ serviceCredential: 'key-2' }), 'cos-reader');
});

test('chooseService() says what is missing and how to get it', () => {
  const refused = (options: Parameters<typeof chooseService>[2], pattern: RegExp) =>
    assert.throws(() => chooseService('app "web"', SECRETS, options), pattern);
  refused({}, /Cannot bind app "web": no option says to which service/);
  refused({ serviceInstance: 'none', serviceCredential: 'x' }, /no service_access secret fits "none", "x"/);
  refused({ serviceInstance: COS }, /several secrets hold credentials of this service: cos-writer, cos-reader/);
  refused({ serviceInstanceId: 'db' }, /no service_access secret fits "db"/);
});

test('prefixFor() takes the kind of service or the name of the secret, and counts', () => {
  assert.equal(prefixFor(secret('a', COS), []), 'CLOUD_OBJECT_STORAGE');
  const used = ['CLOUD_OBJECT_STORAGE', 'CLOUD_OBJECT_STORAGE_2'];
  assert.equal(prefixFor(secret('a', COS), used), 'CLOUD_OBJECT_STORAGE_3');
  assert.equal(prefixFor(secret('my-db.v2', 'x'), []), 'MY_DB_V2');
  assert.equal(prefixFor(secret('2nd', 'x'), []), 'SERVICE_2ND');
  const long = prefixFor(secret(`${'a'.repeat(26)}--b`, 'x'), ['A'.repeat(26)]);
  assert.equal(long, `${'A'.repeat(26)}_2`);
});
