import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { SecretPrototype } from '@slipway/spec';
import { openControlBench, refusedWith, type ControlBench } from './control-bench.ts';

const LOGIN = { server: 'icr.io', username: 'iamapikey', password: 'hunter2' };

function createSecret(bench: ControlBench, body: SecretPrototype) {
  return bench.call('createSecret', { project_id: bench.projectId }, { body });
}

test('a secret is created, shown with its values, replaced, listed without them and deleted', async (t) => {
  const bench = await openControlBench(t);
  const params = { project_id: bench.projectId, name: 'login' };
  const created = await createSecret(bench, { name: 'login', format: 'registry', data: LOGIN });
  assert.equal(created.resource_type, 'secret_registry_v2');
  assert.equal(created.generated_by, 'user');
  assert.deepEqual(await bench.call('getSecret', params), created);
  const data = { ...LOGIN, password: 'hunter3' };
  const change = { body: { format: 'registry', data }, ifMatch: created.entity_tag } as const;
  const replaced = await bench.call('replaceSecret', params, change);
  assert.notEqual(replaced.entity_tag, created.entity_tag);
  assert.deepEqual((await bench.call('getSecret', params)).data, data);
  await bench.restart();
  assert.deepEqual((await bench.call('getSecret', params)).data, data);
  await createSecret(bench, { name: 'tokens', format: 'generic', data: { TOKEN: 'hunter4' } });
  const list = (query: { format?: 'generic' | 'registry'; limit?: number }) =>
    bench.call('listSecrets', { project_id: bench.projectId }, { query });
  const all = await list({});
  assert.deepEqual(
    all.secrets.map(({ name, data: shown }) => [name, shown]),
    [
      ['login', undefined],
      ['tokens', undefined],
    ],
  );
  assert.deepEqual(
    (await list({ format: 'generic' })).secrets.map(({ name }) => name),
    ['tokens'],
  );
  assert.match((await list({ format: 'generic' })).first?.href ?? '', /secrets\?format=generic&limit=100$/);
  await bench.call('deleteSecret', params);
  await assert.rejects(bench.call('getSecret', params), refusedWith('resource_not_found', /secret "login"/));
});

test('a service_access secret keeps the service instance it was made for', async (t) => {
  const bench = await openControlBench(t);
  const access = { service_instance: { id: 'instance-1' }, role: { crn: 'crn:writer' } };
  await createSecret(bench, { name: 'cos', format: 'service_access', service_access: access });
  const shown = await bench.call('getSecret', { project_id: bench.projectId, name: 'cos' });
  assert.deepEqual(shown.service_access, access);
});

test('the value of a secret is nowhere in the store', async (t) => {
  const bench = await openControlBench(t);
  await createSecret(bench, { name: 'login', format: 'registry', data: LOGIN });
  const stored = await bench.store.list({ kind: 'secret', limit: 10 });
  assert.equal(stored.length, 1);
  assert.doesNotMatch(JSON.stringify(stored), /hunter2|iamapikey/);
});

test('secrets: what is refused', async (t) => {
  const bench = await openControlBench(t);
  const params = { project_id: bench.projectId, name: 'login' };
  await createSecret(bench, { name: 'login', format: 'registry', data: LOGIN });
  const again = createSecret(bench, { name: 'login', format: 'generic' });
  await assert.rejects(again, refusedWith('name_taken', /secret "login"/));
  const incomplete = createSecret(bench, { name: 'b', format: 'basic_auth', data: { username: 'a' } });
  await assert.rejects(incomplete, refusedWith('invalid_field', /data\.password = null/));
  await assert.rejects(createSecret(bench, { name: 'B', format: 'generic' }), refusedWith('invalid_field', /name/));
  const replace = (format: 'registry' | 'generic', ifMatch: string, name = 'login') =>
    bench.call('replaceSecret', { ...params, name }, { body: { format, data: LOGIN }, ifMatch });
  await assert.rejects(replace('generic', '*'), refusedWith('invalid_field', /format registry, for life/));
  await assert.rejects(replace('registry', 'stale'), refusedWith('entity_tag_mismatch'));
  await assert.rejects(replace('registry', ''), refusedWith('entity_tag_missing'));
  await assert.rejects(replace('registry', '*', 'none'), refusedWith('resource_not_found'));
  await assert.rejects(bench.call('deleteSecret', { ...params, name: 'none' }), refusedWith('resource_not_found'));
});
