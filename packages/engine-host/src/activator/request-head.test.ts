import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  answerKind,
  headBytes,
  headerOf,
  parseRequestHead,
  renderAnswerHead,
  renderOnwardHead,
} from './request-head.ts';

function headOf(...lines: readonly string[]): Buffer {
  return Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1');
}

test('headBytes() counts up to the empty line, and knows when that is to come', () => {
  assert.equal(headBytes(Buffer.from('GET / HTTP/1.1\r\nhost: a\r\n\r\nbody\r\n\r\n')), 27);
  assert.equal(headBytes(Buffer.from('GET / HTTP/1.1\r\nhost: a\r\n\r')), undefined);
});

test('renderOnwardHead() adds what HAProxy is told and drops what a client says of it, and what is of one connection', () => {
  const head = parseRequestHead(
    headOf(
      'POST /a?b HTTP/1.1',
      'host: web.test',
      'X-Forwarded-Slipway-Hop: 0',
      'x-forwarded-slipway-door: public',
      'x-forwarded-slipway-bucket: 3',
      'connection: close',
      'keep-alive: timeout=5',
      'transfer-encoding: chunked',
      'x-name: na\xefve:1',
    ),
  );
  assert.deepEqual([headerOf(head, 'host'), headerOf(head, 'accept'), head.isUpgrade], ['web.test', undefined, false]);
  assert.equal(
    renderOnwardHead(head, { rounds: 1, door: '10.1.0.1', bucket: 7 }).toString('latin1'),
    headOf(
      'POST /a?b HTTP/1.1',
      'host: web.test',
      'transfer-encoding: chunked',
      'x-name: na\xefve:1',
      'connection: keep-alive',
      'x-forwarded-slipway-hop: 1',
      'x-forwarded-slipway-door: 10.1.0.1',
      'x-forwarded-slipway-bucket: 7',
    ).toString('latin1'),
  );
});

test('renderOnwardHead() leaves the words of an upgrade', () => {
  const head = parseRequestHead(headOf('GET /ws HTTP/1.1', 'host: a', 'connection: Upgrade', 'upgrade: websocket'));
  assert.equal(
    renderOnwardHead(head, { rounds: 2, bucket: undefined }).toString('latin1'),
    headOf(
      'GET /ws HTTP/1.1',
      'host: a',
      'connection: Upgrade',
      'upgrade: websocket',
      'x-forwarded-slipway-hop: 2',
    ).toString('latin1'),
  );
});

test('renderAnswerHead() adds where the time went, and that the connection ends', () => {
  const answer = headOf(
    'HTTP/1.1 200 OK',
    'content-length: 2',
    'connection: keep-alive',
    'set-cookie: a',
    'set-cookie: b',
  );
  assert.equal(
    renderAnswerHead(answer, 'wake;dur=1.0').toString('latin1'),
    headOf(
      'HTTP/1.1 200 OK',
      'content-length: 2',
      'set-cookie: a',
      'set-cookie: b',
      'server-timing: wake;dur=1.0',
      'connection: close',
    ).toString('latin1'),
  );
});

test('answerKind() tells answers that are followed by another one, and the last word of HTTP', () => {
  const kinds = ['100 Continue', '103 Early Hints', '101 Switching Protocols', '200 OK', '503 Full'].map((status) =>
    answerKind(headOf(`HTTP/1.1 ${status}`)),
  );
  assert.deepEqual(kinds, ['interim', 'interim', 'other protocol', 'final', 'final']);
});
