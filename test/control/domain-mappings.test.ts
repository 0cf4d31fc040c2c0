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

const untilMapping = (bench: ControlBench, reason: string, project_id = bench.projectId) =>
  until(`the mapping is ${reason}`, async () => {
    const mapping = await bench.call('getDomainMapping', { project_id, name: NAME });
    return mapping.status_details?.reason === reason ? mapping : undefined;
  });

const lastEvent = async (bench: ControlBench) => {
  const query = { kind: 'domain_mapping', name: NAME } as const;
  return (await bench.call('listEvents', { project_id: bench.projectId }, { query })).events.at(-1);
};

const servedFor = (bench: ControlBench, host = NAME) => bench.machine.certificates.servedFor(host);

test('a domain mapping leads its domain to the app with its certificate, and says when the app is gone', async (t) => {
  const bench = await openControlBench(t);
  const create = await prepare(bench);
  const params = { project_id: bench.projectId, name: NAME };
  const created = await create();
  assert.deepEqual([created.status, created.cname_target], ['deploying', 'custom.default.localhost']);
  assert.deepEqual([created.visibility, created.user_managed], ['custom', true]);
  const ready = await untilMapping(bench, 'ready');
  assert.equal(ready.status, 'ready');
  assert.deepEqual((await bench.call('listDomainMappings', params)).domain_mappings, [ready]);
  assert.equal(servedFor(bench)?.chainPem.trim(), TEST_CERTIFICATE.trim());
  assert.equal(servedFor(bench, 'web.default.localhost')?.hosts[0], '*.default.localhost');
  assert.equal(bench.machine.request(NAME).status, 200);
  const same = { body: { component: COMPONENT }, ifMatch: created.entity_tag };
  assert.equal((await bench.call('updateDomainMapping', params, same)).entity_tag, created.entity_tag);
  await bench.call('deleteApp', { ...params, name: 'web' });
  await untilGone('the app', () => bench.call('getApp', { ...params, name: 'web' }));
  assert.equal((await untilMapping(bench, 'app_ref_failed')).status, 'failed');
  await bench.call('deleteDomainMapping', params);
  await assert.rejects(bench.call('getDomainMapping', params), refusedWith('resource_not_found'));
  await until('the certificate is gone', async () => (servedFor(bench) ? undefined : true));
});

test('a domain that is moved to another app leaves the first one', async (t) => {
  const bench = await openControlBench(t);
  const create = await prepare(bench);
  const params = { project_id: bench.projectId, name: NAME };
  await bench.call('createApp', params, { body: { name: 'api', image_reference: 'fake/good' } });
  await create();
  await untilMapping(bench, 'ready');
  const component = { name: 'api', resource_type: 'app_v2' };
  await bench.call('updateDomainMapping', params, { body: { component }, ifMatch: '*' });
  const hostsOf = (appName: string) => bench.machine.workload({ projectId: bench.projectId, appName })?.hosts;
  await until('the other app has the domain', async () => hostsOf('api')?.includes(NAME) || undefined);
  await until('the first app has it no more', async () => (hostsOf('web')?.includes(NAME) ? undefined : true));
  await untilMapping(bench, 'ready');
});

test('a domain goes on with the certificate it had when its secret is gone, says so, and takes the next one', async (t) => {
  const bench = await openControlBench(t);
  await (
    await prepare(bench)
  )();
  await untilMapping(bench, 'ready');
  await bench.call('deleteSecret', { project_id: bench.projectId, name: 'cert' });
  const said = await until('an event says so', async () => {
    const event = await lastEvent(bench);
    return event?.severity === 'warning' ? event : undefined;
  });
  assert.match(said.message, /no secret "cert" any more. www.example.com goes on with the certificate it had/);
  assert.equal(said.domain_mapping_name, NAME);
  await bench.restart();
  assert.equal((await untilMapping(bench, 'ready')).status, 'ready');
  assert.equal(servedFor(bench)?.chainPem.trim(), TEST_CERTIFICATE.trim());
  const data = { tls_cert: TEST_CERTIFICATE, tls_key: TEST_CERTIFICATE_KEY };
  const body = { name: 'cert', format: 'tls', data } as const;
  await bench.call('createSecret', { project_id: bench.projectId }, { body });
  await until('all is well again', async () => ((await lastEvent(bench))?.severity === 'normal' ? true : undefined));
});

test('a certificate that the engine does not take is the status of its mapping alone', async (t) => {
  const bench = await openControlBench(t);
  const create = await prepare(bench);
  const refused = bench.machine.certificates;
  const set = refused.set.bind(refused);
  refused.set = (projectId, all) =>
    set(
      projectId,
      all.map((one) => (one.hosts.includes(NAME) ? { ...one, keyPem: 'none' } : one)),
    );
  await create();
  assert.equal((await untilMapping(bench, 'failed_reconcile_ingress')).status, 'failed');
  assert.ok(servedFor(bench, 'web.default.localhost'));
});

test('a certificate of a public authority is ordered for a domain, and a refusal is told and tried again', async (t) => {
  const bench = await openControlBench(t);
  const create = await prepare(bench);
  bench.issuer.refuse('The authority cannot reach the domain');
  await create({ tls_secret: '@acme' });
  assert.equal((await untilMapping(bench, 'failed')).tls_secret, '@acme');
  assert.match((await lastEvent(bench))?.message ?? '', /cannot reach the domain. Tried again after 20/);
  assert.deepEqual(bench.issuer.orders, [NAME]);
  const project = { project_id: bench.projectId };
  const { status_details: details } = await bench.call('getDomainMapping', { ...project, name: NAME });
  const { next_try_at: nextTryAt = '', ...failure } = details?.certificate_failure ?? {};
  assert.deepEqual(failure, { host: NAME, reason: 'The authority cannot reach the domain', failed_orders: 1 });
  assert.ok(Date.parse(nextTryAt) > 0);
  const [listed] = (await bench.call('listDomainMappings', project)).domain_mappings;
  assert.equal(listed?.status_details?.certificate_failure?.next_try_at, nextTryAt);
  bench.issuer.refuse(undefined);
  await bench.call('deleteDomainMapping', { project_id: bench.projectId, name: NAME });
  await until('it is forgotten', async () => {
    const rows = await bench.store.list({ kind: 'certificate', projectId: bench.projectId, limit: 10 });
    return rows.length === 1 || undefined;
  });
  await create({ tls_secret: '@acme' });
  await untilMapping(bench, 'ready');
  assert.ok(servedFor(bench));
});

test('with wildcards of a public authority the URLs of a project say https once it has one', async (t) => {
  const bench = await openControlBench(t, { hasWildcards: true });
  await prepare(bench);
  await until('a public certificate is served', async () => {
    const project = await bench.store.get({ kind: 'project', projectId: bench.projectId, name: bench.projectId });
    return (project?.status as { hasPublicCertificate?: boolean } | undefined)?.hasPublicCertificate;
  });
  assert.deepEqual(bench.issuer.orders, ['*.default.localhost']);
  const app = await bench.call('getApp', { project_id: bench.projectId, name: 'web' });
  assert.equal(app.endpoint, 'https://web.default.localhost:8443');
  const details = (project_id: string) => bench.call('getProjectStatusDetails', { project_id });
  assert.equal((await details(bench.projectId)).certificate_failure, undefined);

  bench.issuer.refuse('The DNS cannot be changed');
  const { id: other = '' } = await bench.call('createProject', {}, { body: { name: 'other' } });
  const failure = await until('the failure is told', async () => (await details(other)).certificate_failure);
  assert.deepEqual([failure.host, failure.reason], ['*.other.localhost', 'The DNS cannot be changed']);
});

test('a domain is of the project that names it first, until that one gives it up', async (t) => {
  const bench = await openControlBench(t);
  await (
    await prepare(bench)
  )();
  const other = await bench.call('createProject', {}, { body: { name: 'other' } });
  const project_id = other.id ?? '';
  await until('the project', async () => {
    const project = await bench.call('getProject', { id: project_id });
    return project.status === 'active' || undefined;
  });
  const second = await (await prepare(bench, project_id))();
  assert.deepEqual([second.status, second.status_details?.reason], ['failed', 'domain_already_claimed']);
  await untilMapping(bench, 'ready');
  assert.equal(bench.machine.workload({ projectId: project_id, appName: 'web' })?.hosts.includes(NAME), false);
  await bench.call('deleteDomainMapping', { project_id: bench.projectId, name: NAME });
  assert.equal((await untilMapping(bench, 'ready', project_id)).status, 'ready');
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
