import assert from 'node:assert/strict';
import { test } from 'node:test';
import { answerOverloaded, answerUnknownHost, hostOf, renderAnswer } from './activator-answer.ts';
import { onwardHeaders } from './forward.ts';

test('hostOf() takes the name without port, in lower case', () => {
  const table = [
    ['Hello.Test:8080', 'hello.test'],
    [' hello.test ', 'hello.test'],
    ['[::1]:80', '[::1]'],
    ['', ''],
    [undefined, ''],
  ] as const;
  for (const [header, host] of table) assert.equal(hostOf(header), host);
});

test('renderAnswer() speaks JSON to who asks for it and plain text to others', () => {
  const plain = renderAnswer(answerUnknownHost('a.test'), '*/*');
  assert.equal(plain.body, 'Cannot find an app for "a.test"; see: slipway app list\n');
  assert.equal(plain.headers['content-length'], String(plain.body.length));
  const json = renderAnswer(answerOverloaded('a', 10), 'text/html, application/json;q=0.9');
  assert.equal(JSON.parse(json.body).status_code, 503);
  assert.equal(json.headers['retry-after'], '1');
});

test('onwardHeaders() passes what is end to end, counts the hop, and keeps repeated headers', () => {
  const raw = [
    'Host',
    'a.test',
    'Connection',
    'close',
    'X-A',
    '1',
    'x-a',
    '2',
    'X-Forwarded-Slipway-Hop',
    '7',
    'X-Forwarded-Slipway-Door',
    'private',
    'TE',
    'trailers',
  ];
  assert.deepEqual(onwardHeaders(raw, { rounds: 1, door: '10.1.0.1', bucket: 42 }, ['transfer-encoding', 'chunked']), [
    'Host',
    'a.test',
    'X-A',
    '1',
    'x-a',
    '2',
    'TE',
    'trailers',
    'transfer-encoding',
    'chunked',
    'connection',
    'keep-alive',
    'x-forwarded-slipway-hop',
    '1',
    'x-forwarded-slipway-door',
    '10.1.0.1',
    'x-forwarded-slipway-bucket',
    '42',
  ]);
});
