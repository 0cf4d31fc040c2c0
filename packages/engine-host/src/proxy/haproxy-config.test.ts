import assert from 'node:assert/strict';
import { test } from 'node:test';
import { activatorEndpointFor, projectDoorFor, proxyPathsFor, renderHaproxyConfig } from './haproxy-config.ts';

const CONFIG = {
  address: '0.0.0.0',
  port: 8080,
  slotCount: 2,
  connectionsMax: 9_500,
  paths: proxyPathsFor('/run/slipway'),
  activator: activatorEndpointFor('/run/slipway'),
  projectDoor: projectDoorFor('/run/slipway'),
  privateEntry: { address: '10.0.0.5', port: 8080 },
  activatorToken: 'abcdef',
};

test('renderHaproxyConfig() writes a frontend for each way in and a backend per slot', (t) => {
  t.assert.fileSnapshot(renderHaproxyConfig(CONFIG), new URL('haproxy-config.golden.cfg', import.meta.url).pathname, {
    serializers: [String],
  });
});

test('renderHaproxyConfig() with HTTPS forced answers authorities before it sends plain requests elsewhere', (t) => {
  const https = {
    address: '0.0.0.0',
    port: 8443,
    isForced: true,
    answersChallenges: true,
    defaultCertificate: '/state/default.pem',
  };
  const golden = new URL('haproxy-config-https.golden.cfg', import.meta.url).pathname;
  t.assert.fileSnapshot(renderHaproxyConfig({ ...CONFIG, slotCount: 1, https }), golden, { serializers: [String] });
});

test('renderHaproxyConfig() encloses an IPv6 address', () => {
  assert.match(renderHaproxyConfig({ ...CONFIG, address: '::' }), /bind \[::\]:8080\n/);
});

test('renderHaproxyConfig() refuses a path that HAProxy would read as something else', () => {
  const paths = proxyPathsFor('/run/my platform');
  assert.throws(() => renderHaproxyConfig({ ...CONFIG, paths }), /Cannot use "\/run\/my platform/);
});

test('activatorEndpointFor() is the same for the same folder and inside the loopback network', () => {
  assert.deepEqual(activatorEndpointFor('/run/a'), activatorEndpointFor('/run/a'));
  assert.notDeepEqual(activatorEndpointFor('/run/a'), activatorEndpointFor('/run/b'));
  assert.match(activatorEndpointFor('/run/a').address, /^127\.1\d\d\.\d+\.\d+$/);
});

test('renderHaproxyConfig() tells of requests where the operator wants it, and rewrites their context', (t) => {
  const config = { ...CONFIG, slotCount: 1, observe: { mode: 'traces', traceRatio: 0.01 } } as const;
  const golden = new URL('haproxy-config-traces.golden.cfg', import.meta.url).pathname;
  t.assert.fileSnapshot(renderHaproxyConfig(config), golden, { serializers: [String] });
});

test('renderHaproxyConfig() for metrics alone touches no header', () => {
  const metrics = renderHaproxyConfig({ ...CONFIG, observe: { mode: 'metrics', traceRatio: 1 } });
  assert.match(metrics, /log-format "public %b %s/);
  assert.doesNotMatch(metrics, /traceparent|tracestate/);
  const headers = (text: string) => text.split('\n').filter((line) => /(add|del|set)-header/.test(line));
  assert.deepEqual(headers(metrics), headers(renderHaproxyConfig(CONFIG)));
});
