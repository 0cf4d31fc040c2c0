import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PROJECT_QUOTAS } from '@slipway/spec';
import { openControlBench, refusedWith, type ControlBench } from './control-bench.ts';

const DATA = { bucket_name: 'uploads-eu', bucket_location: 'eu-de', secret_name: 'keys' };

async function prepare(bench: ControlBench) {
  const project = { project_id: bench.projectId };
  const login = { access_key_id: 'a', secret_access_key: 'hunter2' };
  await bench.call('createSecret', project, { body: { name: 'keys', format: 'hmac_auth', data: login } });
  await bench.call('createSecret', project, { body: { name: 'plain', format: 'generic' } });
  return (name: string, data?: Partial<typeof DATA>) => {
    const body = { name, storage_type: 'object_storage', ...(data && { data: { ...DATA, ...data } }) } as const;
    return bench.call('createPersistentDataStore', project, { body });
  };
}

test('a persistent data store is created, shown, listed and deleted', async (t) => {
  const bench = await openControlBench(t);
  const create = await prepare(bench);
  const params = { project_id: bench.projectId, name: 'uploads' };
  const created = await create('uploads', {});
  assert.deepEqual(created.data, DATA);
  assert.equal(created.resource_type, 'persistent_data_store_v2');
  assert.deepEqual(await bench.call('getPersistentDataStore', params), created);
  assert.equal((await bench.call('listPersistentDataStores', params)).persistent_data_stores.length, 1);
  await bench.call('deletePersistentDataStore', params);
  await assert.rejects(bench.call('getPersistentDataStore', params), refusedWith('resource_not_found'));
});

test('persistent data stores: what is refused', async (t) => {
  const bench = await openControlBench(t);
  const create = await prepare(bench);
  await assert.rejects(create('uploads'), refusedWith('invalid_field', /data = null/));
  await assert.rejects(create('Uploads', {}), refusedWith('invalid_field', /name = /));
  await assert.rejects(create('a', { bucket_name: 'A' }), refusedWith('invalid_field', /bucket_name/));
  await assert.rejects(create('a', { secret_name: 'none' }), refusedWith('invalid_field', /no secret "none"/));
  await assert.rejects(create('a', { secret_name: 'plain' }), refusedWith('invalid_field', /needed is hmac_auth/));
  const none = { project_id: bench.projectId, name: 'none' };
  await assert.rejects(bench.call('deletePersistentDataStore', none), refusedWith('resource_not_found'));
  for (let used = 0; used < PROJECT_QUOTAS.persistentDataStores; used += 1) await create(`s${used}`, {});
  await assert.rejects(create('s0', {}), refusedWith('quota_exceeded'));
});
