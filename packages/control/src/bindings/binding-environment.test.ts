import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bindingEnvironment, type BoundService } from './binding-environment.ts';

const COS: BoundService = {
  prefix: 'CLOUD_OBJECT_STORAGE',
  secretName: 'my-cos',
  data: { apikey: 'k1', 'iam-role.crn': 'crn', cos_hmac_keys: '{"access_key_id":"a"}', odd: '{no json' },
  serviceAccess: {
    service_instance: { id: 'crn:v1:bluemix:public:cloud-object-storage:global:a/1:2::' },
    resource_key: { id: 'key-1', name: 'writer' },
  },
};
const DATABASE: BoundService = {
  prefix: 'DB',
  secretName: 'db',
  data: { url: 'x' },
  serviceAccess: { service_instance: { id: '1' } },
};

test('bindingEnvironment() gives each credential a variable after its prefix', () => {
  const { CE_SERVICES: _all, ...flat } = bindingEnvironment([COS, { ...COS, prefix: 'CLOUD_OBJECT_STORAGE_2' }]);
  const one = (prefix: string) => ({
    [`${prefix}_SERVICENAME`]: 'my-cos',
    [`${prefix}_APIKEY`]: 'k1',
    [`${prefix}_IAM_ROLE_CRN`]: 'crn',
    [`${prefix}_COS_HMAC_KEYS`]: '{"access_key_id":"a"}',
    [`${prefix}_ODD`]: '{no json',
  });
  assert.deepEqual(flat, { ...one('CLOUD_OBJECT_STORAGE'), ...one('CLOUD_OBJECT_STORAGE_2') });
});

test('bindingEnvironment() describes all services by their type in CE_SERVICES', () => {
  const services: unknown = JSON.parse(bindingEnvironment([COS, DATABASE])['CE_SERVICES'] ?? '');
  assert.deepEqual(services, {
    'cloud-object-storage': [
      {
        credentials: { ...COS.data, cos_hmac_keys: { access_key_id: 'a' } },
        name: 'my-cos',
        plan: '',
        resourcekey_name: 'writer',
        resourcekey_id: 'key-1',
      },
    ],
    'user-provided': [{ credentials: { url: 'x' }, name: 'db', plan: '', resourcekey_name: 'db', resourcekey_id: '' }],
  });
});

test('bindingEnvironment() is nothing without bindings', () => {
  assert.deepEqual(bindingEnvironment([]), {});
});
