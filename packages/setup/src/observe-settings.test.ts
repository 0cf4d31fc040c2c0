import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isOtlpEndpoint, observedRequests, observeSettings } from './observe-settings.ts';

test('observedRequests() is nothing unless somebody wants it, and traces where they can be sent', () => {
  const otlpEndpoint = 'http://127.0.0.1:4318';
  assert.equal(observedRequests({}), undefined);
  assert.equal(observedRequests({ observe: { requests: 'auto' } }), undefined);
  assert.equal(observedRequests({ observe: { requests: 'auto', otlpEndpoint } }), 'traces');
  assert.equal(observedRequests({ observe: { requests: 'off', otlpEndpoint } }), undefined);
  assert.equal(observedRequests({ observe: { requests: 'metrics' } }), 'metrics');
});

test('observeSettings() changes what was set, keeps the rest, and leaves no word when nothing was set', () => {
  assert.deepEqual(observeSettings({}, {}), {});
  const first = observeSettings({}, { otlpEndpoint: 'https://otlp.test', otlpHeadersFile: '/etc/otlp' });
  assert.deepEqual(first, {
    observe: { requests: 'auto', otlpEndpoint: 'https://otlp.test', otlpHeadersFile: '/etc/otlp' },
  });
  const second = observeSettings(first, { otlpEndpoint: 'none', traceRatio: 0.5, observe: 'traces' });
  assert.deepEqual(second, { observe: { requests: 'traces', otlpHeadersFile: '/etc/otlp', traceRatio: 0.5 } });
});

test('isOtlpEndpoint() takes addresses that paths can be put behind, without secrets', () => {
  for (const good of ['http://127.0.0.1:4318', 'https://otlp.example.com/base/'])
    assert.equal(isOtlpEndpoint(good), true);
  const bad = [
    '',
    '127.0.0.1:4318',
    'grpc://a:4317',
    'https://user:secret@a',
    'https://a/?key=1',
    'https://a/#x',
    'http://',
  ];
  for (const text of bad) assert.equal(isOtlpEndpoint(text), false, text);
});
