import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  parseCertificateNames,
  parseMap,
  parseProcessId,
  parseServersState,
  parseSlotSample,
} from './haproxy-output.ts';

/** Output of HAProxy 2.6.12 to `show stat slot1 6 -1`, cut after the columns that matter. */
const STAT = `# pxname,svname,qcur,qmax,scur,smax,slim,stot,bin,bout,dreq,dresp,ereq,econ,eresp,wretr,wredis,status,weight,act,bck,hrsp_5xx,
slot1,activator,0,0,2,2,,2,0,0,,0,,0,0,0,0,no check,1,0,1,0,
slot1,i-1,1,1,5,5,5,91,112,254,,0,,0,2,0,0,DRAIN,1,1,0,3,
slot1,i-2,0,0,4,5,5,70,112,254,,0,,0,0,0,0,no check,1,1,0,1,
slot1,BACKEND,3,9,14,15,2000,163,112,254,0,0,,0,0,0,0,UP,1,0,1,4,

`;

test('parseSlotSample() tells what is at instances, queued and undecided', () => {
  assert.deepEqual(parseSlotSample('slot1', STAT), {
    slot: 'slot1',
    inFlight: 9,
    queued: 4,
    requestsTotal: 161,
    undecided: 3,
    servers: [
      { server: 'i-1', inFlight: 5, queued: 1, requestsTotal: 91, serverErrorsTotal: 5 },
      { server: 'i-2', inFlight: 4, queued: 0, requestsTotal: 70, serverErrorsTotal: 1 },
    ],
  });
});

test('parseSlotSample() of a slot without instances is zero', () => {
  const sample = parseSlotSample('slot9', STAT);
  assert.deepEqual(sample, { slot: 'slot9', inFlight: 0, queued: 0, requestsTotal: 0, undecided: 0, servers: [] });
});

test('parseMap() reads keys and values, the first of a key that is there twice', () => {
  const output =
    '0x55aadad36c50 a.localhost slot1\n0x55aadad36c90 b.localhost slot2\n0x55aadad36cd0 a.localhost slot3\n\n';
  assert.deepEqual(
    [...parseMap(output)],
    [
      ['a.localhost', 'slot1'],
      ['b.localhost', 'slot2'],
    ],
  );
  assert.equal(parseMap('\n').size, 0);
});

test('parseProcessId() finds the process that answers', () => {
  assert.equal(parseProcessId('Name: HAProxy\nProcess_num: 1\nPid: 7949\nUptime: 0d 0h00m01s\n'), 7949);
  assert.equal(parseProcessId(''), undefined);
});

test('parseServersState() reads instances and whether they take new requests', () => {
  const header =
    '# be_id be_name srv_id srv_name srv_addr srv_op_state srv_admin_state srv_uweight srv_iweight srv_time_since_last_change srv_check_status srv_check_result srv_check_health srv_check_state srv_agent_state bk_f_forced_id srv_f_forced_id srv_fqdn srv_port srvrecord srv_use_ssl srv_check_port srv_check_addr srv_agent_addr srv_agent_port';
  const rows = [
    '6 slot1 1 activator - 2 0 1 1 1 1 0 2 0 0 0 0 - 0 - 0 0 - - 0',
    '6 slot1 2 i-1 127.77.0.1 2 0 1 1 1 1 0 0 0 0 0 0 - 8080 - 0 0 - - 0',
    '6 slot1 3 i-2 127.77.0.2 2 8 1 1 1 1 0 0 0 0 0 0 - 8080 - 0 0 - - 0',
    '7 slot2 2 i-3 127.77.0.3 0 1 1 1 1 1 0 0 0 0 0 0 - 9000 - 0 0 - - 0',
  ];
  assert.deepEqual(parseServersState(['1', header, ...rows, ''].join('\n')), [
    { slot: 'slot1', server: 'i-1', address: '127.77.0.1', port: 8080, enabled: true },
    { slot: 'slot1', server: 'i-2', address: '127.77.0.2', port: 8080, enabled: false },
    { slot: 'slot2', server: 'i-3', address: '127.77.0.3', port: 9000, enabled: false },
  ]);
  assert.deepEqual(parseServersState(''), []);
});

test('parseCertificateNames() tells the one that is being changed', () => {
  const output = '# transaction\n*/p/certificates/a.1\n\n# filename\n/p/certificates/a.1\n/p/default.pem\n';
  assert.deepEqual(parseCertificateNames(output), [
    { name: '/p/certificates/a.1', isChanging: true },
    { name: '/p/certificates/a.1', isChanging: false },
    { name: '/p/default.pem', isChanging: false },
  ]);
});
