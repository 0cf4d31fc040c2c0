import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DATA_LIMITS, PROJECT_QUOTAS } from '@slipway/spec';
import { openControlBench, refusedWith, type ControlBench } from './control-bench.ts';

function createConfigMap(bench: ControlBench, name: string, data?: Record<string, string>) {
  const body = { name, ...(data && { data }) };
  return bench.call('createConfigMap', { project_id: bench.projectId }, { body });
}

test('a config map is created, shown, replaced as a whole, listed in pages and deleted', async (t) => {
  const bench = await openControlBench(t);
  const params = { project_id: bench.projectId, name: 'web.settings' };
  const created = await createConfigMap(bench, 'web.settings', { COLOUR: 'blue', 'app.ini': 'a=1\n' });
  assert.equal(created.resource_type, 'config_map_v2');
  assert.match(created.href ?? '', /\/v2\/projects\/[^/]+\/config_maps\/web\.settings$/);
  assert.deepEqual(await bench.call('getConfigMap', params), created);
  const same = { body: { data: { 'app.ini': 'a=1\n', COLOUR: 'blue' } }, ifMatch: created.entity_tag };
  assert.equal((await bench.call('replaceConfigMap', params, same)).entity_tag, created.entity_tag);
  const replaced = await bench.call('replaceConfigMap', params, { body: { data: { A: '1' } }, ifMatch: '*' });
  assert.deepEqual(replaced.data, { A: '1' });
  assert.deepEqual((await bench.call('replaceConfigMap', params, { body: {}, ifMatch: '*' })).data, {});
  await createConfigMap(bench, 'other');
  const first = await bench.call('listConfigMaps', { project_id: bench.projectId }, { query: { limit: 1 } });
  const query = { limit: 1, start: first.next?.start ?? '' };
  const second = await bench.call('listConfigMaps', { project_id: bench.projectId }, { query });
  assert.deepEqual(
    [...first.config_maps, ...second.config_maps].map(({ name }) => name),
    ['other', 'web.settings'],
  );
  assert.deepEqual(await bench.call('deleteConfigMap', params), {});
  await assert.rejects(bench.call('getConfigMap', params), refusedWith('resource_not_found', /config map/));
});

test('config maps: what is refused', async (t) => {
  const bench = await openControlBench(t);
  const params = { project_id: bench.projectId, name: 'web' };
  const { entity_tag: tag } = await createConfigMap(bench, 'web');
  await assert.rejects(createConfigMap(bench, 'web'), refusedWith('name_taken', /config map "web"/));
  for (const name of ['Web', 'a..b', '-a', 'x'.repeat(254)]) {
    await assert.rejects(createConfigMap(bench, name), refusedWith('invalid_field', /name = /));
  }
  for (const key of ['', 'a b', 'a/b', '.', 'k'.repeat(254)]) {
    await assert.rejects(createConfigMap(bench, 'bad', { [key]: '1' }), refusedWith('invalid_field', /data = /));
  }
  const large = { a: 'x'.repeat(DATA_LIMITS.bytesMax) };
  await assert.rejects(createConfigMap(bench, 'bad', large), refusedWith('invalid_field', /1048576 bytes/));
  await bench.call('replaceConfigMap', params, { body: { data: { A: '1' } }, ifMatch: tag });
  const replace = (ifMatch?: string, name = 'web') =>
    bench.call(
      'replaceConfigMap',
      { ...params, name },
      { body: { data: {} }, ...(ifMatch !== undefined && { ifMatch }) },
    );
  await assert.rejects(replace(tag), refusedWith('entity_tag_mismatch'));
  await assert.rejects(replace(), refusedWith('entity_tag_missing'));
  await assert.rejects(replace('*', 'none'), refusedWith('resource_not_found'));
  await assert.rejects(bench.call('deleteConfigMap', { ...params, name: 'none' }), refusedWith('resource_not_found'));
  for (let used = 1; used < PROJECT_QUOTAS.configMaps; used += 1) await createConfigMap(bench, `c${used}`);
  await assert.rejects(createConfigMap(bench, 'more'), refusedWith('quota_exceeded', /config_maps/));
});
