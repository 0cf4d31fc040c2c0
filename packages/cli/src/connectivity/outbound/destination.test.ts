import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { AllowedOutboundDestination } from '@slipway/spec';
import { destinationFor } from './create.ts';
import { renderDestination, renderDestinationList } from './render-destination.ts';

const CRN = 'crn:v1:bluemix:public:is:eu-de:a/1::private-path-service-gateway:1';
const RANGE: AllowedOutboundDestination = { name: 'database', type: 'cidr_block', cidr_block: '10.0.0.0/8' };
const PATH: AllowedOutboundDestination = {
  name: 'partner',
  type: 'private_path_service_gateway',
  private_path_service_gateway_crn: CRN,
  isolation_policy: 'shared',
  status: 'ready',
  status_details: {
    reason: 'ready',
    endpoint_gateway: { name: 'gate', ips: ['192.168.12.48', '192.168.24.60'] },
    private_path_service_gateway: { name: 'path', service_endpoints: ['api.example.com'] },
  },
};

test('destinationFor() tells the type by the format, or by what was given', () => {
  const range = { type: 'cidr_block', cidr_block: '10.0.0.0/8' };
  for (const format of [undefined, 'cidr', 'cidr_block'])
    assert.deepEqual(destinationFor({ cidr: '10.0.0.0/8', ...(format !== undefined && { format }) }), range);
  const path = { type: 'private_path_service_gateway', private_path_service_gateway_crn: CRN };
  for (const format of ['pps', 'private_path_service_gateway', 'private_path_gateway_service'])
    assert.deepEqual(destinationFor({ crn: CRN, format }), path);
  assert.deepEqual(destinationFor({ crn: CRN, isolationPolicy: 'dedicated' }), {
    ...path,
    isolation_policy: 'dedicated',
  });
});

test('destinationFor() refuses what does not go together', () => {
  assert.throws(() => destinationFor({}), /cidr_block needs --cidr/);
  assert.throws(() => destinationFor({ crn: CRN, cidr: '10.0.0.0/8' }), /needs --pps-crn and has no --cidr/);
  assert.throws(() => destinationFor({ cidr: '10.0.0.0/8', format: 'vpn' }), /--format "vpn"/);
});

test('renderDestinationList() has a table for each type', () => {
  assert.equal(renderDestinationList([]), '');
  assert.equal(
    renderDestinationList([RANGE, PATH]),
    `CIDR ranges:
  Name      IP address range
  database  10.0.0.0/8

Private path connections:
  Name     Status  Service endpoints
  partner  ready   api.example.com
`,
  );
});

test('renderDestination() shows what is known of a private path', () => {
  assert.equal(
    renderDestination(PATH, 'shop'),
    `Project name:  shop
Name:          partner
Format:        private_path_service_gateway

Private path service:
  CRN:               ${CRN}
  Isolation policy:  shared
  Status:            ready
  Name:              path
  Endpoints:
    api.example.com

VPE gateway:
  Name:  gate
  IP addresses:
    192.168.12.48
    192.168.24.60
`,
  );
});
