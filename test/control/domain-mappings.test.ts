import assert from 'node:assert/strict';
import { test } from 'node:test';
import { TEST_CERTIFICATE, TEST_CERTIFICATE_KEY } from '@slipway/control/testing';
import { openControlBench, refusedWith, until, untilGone, type ControlBench } from './control-bench.ts';

const NAME = 'www.example.com';
const COMPONENT = { name: 'web', resource_type: 'app_v2' };

async function prepare(bench: ControlBench, project_id = bench.projectId) {
  const project = { project_id };
  await bench.call('createApp', project, { body: { name: 'web', image_reference: 'fake/good' } });
  const data = { tls_cert: TEST_CERTIFICATE, tls_key: TEST_CERTIFICATE_KEY };
  await bench.call('createSecret', project, { body: { name: 'cert', format: 'tls', data } });
  const body = { name: NAME, component: COMPONENT, tls_secret: 'cert' };
  return (change: Partial<typeof body> = {}) =>
    bench.call('createDomainMapping', project, { body: { ...body, ...change } });
}

test('a domain mapping is created, not yet in effect, updated, listed, and says when its app is gone', async (t) => {
  const bench = await openControlBench(t);
  const create = await prepare(bench);
  const params = { project_id: bench.projectId, name: NAME };
  const created = await create();
  assert.deepEqual([created.status, created.status_details?.reason], ['deploying', 'deploying']);
  assert.equal(created.cname_target, 'custom.default.localhost');
  assert.deepEqual([created.visibility, created.user_managed], ['custom', true]);
  assert.deepEqual((await bench.call('listDomainMappings', params)).domain_mappings, [created]);
  const same = { body: { component: COMPONENT }, ifMatch: created.entity_tag };
  assert.equal((await bench.call('updateDomainMapping', params, same)).entity_tag, created.entity_tag);
  await bench.call('deleteApp', { ...params, name: 'web' });
  await untilGone('the app', () => bench.call('getApp', { ...params, name: 'web' }));
  const orphan = await bench.call('getDomainMapping', params);
  assert.deepEqual([orphan.status, orphan.status_details?.reason], ['failed', 'app_ref_failed']);
  await bench.call('deleteDomainMapping', params);
  await assert.rejects(bench.call('getDomainMapping', params), refusedWith('resource_not_found'));
});

test('a domain is of the project that names it first, until that one gives it up', async (t) => {
  const bench = await openControlBench(t);
  await (
    await prepare(bench)
  )();
  const other = await bench.call('createProject', {}, { body: { name: 'other' } });
  const params = { project_id: other.id ?? '', name: NAME };
  await until('the project', async () => {
    const project = await bench.call('getProject', { id: params.project_id });
    return project.status === 'active' || undefined;
  });
  const second = await (await prepare(bench, params.project_id))();
  assert.deepEqual([second.status, second.status_details?.reason], ['failed', 'domain_already_claimed']);
  await bench.call('deleteDomainMapping', { ...params, project_id: bench.projectId });
  const again = await bench.call('updateDomainMapping', params, { body: {}, ifMatch: second.entity_tag });
  assert.equal(again.status, 'deploying');
});

test('domain mappings: what is refused', async (t) => {
  const bench = await openControlBench(t);
  const create = await prepare(bench);
  const project = { project_id: bench.projectId };
  await assert.rejects(create({ name: 'web.default.localhost' }), refusedWith('invalid_field', /the platform's/));
  await assert.rejects(create({ name: 'example' }), refusedWith('invalid_field', /complete domain name/));
  await assert.rejects(create({ name: 'www.example.org' }), refusedWith('invalid_field', /not for www.example.org/));
  await assert.rejects(create({ tls_secret: 'none' }), refusedWith('invalid_field', /no secret "none"/));
  const job = { component: { name: 'web', resource_type: 'job_v2' } };
  await assert.rejects(create(job), refusedWith('invalid_field', /allowed are app_v2, function_v2/));
  await create();
  await assert.rejects(create(), refusedWith('name_taken', /domain mapping/));
  const params = { ...project, name: NAME };
  const update = bench.call('updateDomainMapping', params, { body: {}, ifMatch: 'stale' });
  await assert.rejects(update, refusedWith('entity_tag_mismatch'));
  await assert.rejects(
    bench.call('deleteDomainMapping', { ...project, name: 'none' }),
    refusedWith('resource_not_found'),
  );
});
