import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { AllowedOutboundDestinationPrototype } from '@slipway/spec';
import { openControlBench, refusedWith, type ControlBench } from './control-bench.ts';

const CRN = 'crn:v1:bluemix:public:is:eu-de:a/1::private-path-service-gateway:1';

function create(bench: ControlBench, body: AllowedOutboundDestinationPrototype) {
  return bench.call('createAllowedOutboundDestination', { project_id: bench.projectId }, { body });
}

function range(name: string, cidr_block?: string): AllowedOutboundDestinationPrototype {
  return { name, type: 'cidr_block', ...(cidr_block !== undefined && { cidr_block }) };
}

function path(name: string): AllowedOutboundDestinationPrototype {
  return { name, type: 'private_path_service_gateway', private_path_service_gateway_crn: CRN };
}

test('a destination is created, updated, listed and deleted, and a private path is none', async (t) => {
  const bench = await openControlBench(t);
  const params = { project_id: bench.projectId, name: 'database' };
  const created = await create(bench, range('database', '10.0.0.0/8'));
  assert.notEqual(created.status, 'failed');
  const change = { body: { cidr_block: '10.0.0.0/16' }, ifMatch: created.entity_tag ?? '' };
  const changed = await bench.call('updateAllowedOutboundDestination', params, change);
  assert.equal(changed.cidr_block, '10.0.0.0/16');
  assert.deepEqual(await bench.call('getAllowedOutboundDestination', params), changed);
  const gateway = await create(bench, path('gateway'));
  assert.deepEqual([gateway.isolation_policy, gateway.status_details?.reason], ['shared', 'private_path_not_found']);
  const dedicated = { body: { isolation_policy: 'dedicated' }, ifMatch: '*' } as const;
  const policy = await bench.call('updateAllowedOutboundDestination', { ...params, name: 'gateway' }, dedicated);
  assert.equal(policy.isolation_policy, 'dedicated');
  const list = await bench.call('listAllowedOutboundDestinations', params);
  const names = list.allowed_outbound_destinations.map(({ name }) => name);
  assert.deepEqual(names, ['allow-all', 'database', 'gateway']);
  await bench.call('deleteAllowedOutboundDestination', params);
  await assert.rejects(bench.call('getAllowedOutboundDestination', params), refusedWith('resource_not_found'));
});

test('destinations: what is refused', async (t) => {
  const bench = await openControlBench(t);
  const params = { project_id: bench.projectId, name: 'database' };
  // Else every public range is allowed already.
  await bench.call('deleteAllowedOutboundDestination', { ...params, name: 'allow-all' });
  await create(bench, range('database', '10.0.0.0/8'));
  const refusals: readonly (readonly [AllowedOutboundDestinationPrototype, RegExp])[] = [
    [range('a', '10.1.0.0/16'), /"database" allows 10\.0\.0\.0\/8 already/],
    [range('a', '172.16.0.1/12'), /Write 172\.16\.0\.0\/12/],
    [range('a', 'all'), /no range of IPv4 addresses/],
    [range('a'), /no range of IPv4 addresses/],
    [{ ...range('a', '11.0.0.0/8'), isolation_policy: 'shared' }, /isolation_policy/],
    [{ ...path('a'), private_path_service_gateway_crn: 'x' }, /it is no CRN/],
    [{ ...path('a'), cidr_block: '11.0.0.0/8' }, /has none/],
    [range('A', '11.0.0.0/8'), /name = "A"/],
  ];
  for (const [body, text] of refusals) await assert.rejects(create(bench, body), refusedWith('invalid_field', text));
  const again = create(bench, range('database', '12.0.0.0/8'));
  await assert.rejects(again, refusedWith('name_taken', /allowed outbound destination/));
  const update = (body: object, ifMatch: string) =>
    bench.call('updateAllowedOutboundDestination', params, { body, ifMatch });
  await assert.rejects(update({ isolation_policy: 'shared' }, '*'), refusedWith('invalid_field', /has none/));
  await assert.rejects(update({ cidr_block: '9.0.0.0/8' }, 'stale'), refusedWith('entity_tag_mismatch'));
  for (const name of ['p1', 'p2', 'p3']) await create(bench, path(name));
  await assert.rejects(create(bench, path('p4')), refusedWith('quota_exceeded', /private_path_destinations/));
  const none = bench.call('deleteAllowedOutboundDestination', { ...params, name: 'none' });
  await assert.rejects(none, refusedWith('resource_not_found'));
});

test('getProjectEgressIps() names no address, because the platform knows none', async (t) => {
  const bench = await openControlBench(t);
  const project = { project_id: bench.projectId };
  assert.deepEqual(await bench.call('getProjectEgressIps', project), { private: [], public: [] });
});
