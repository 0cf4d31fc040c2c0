import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import test from 'node:test';
import { serveForTest } from '../testing/served-operations.ts';

const CASES = [
  ['what is not HTTP', 'hello\r\n\r\n', 400, 'malformed_request'],
  [
    'two framings of one body',
    'POST /v2/projects HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n',
    400,
    'malformed_request',
  ],
  ['a header without an end', `GET / HTTP/1.1\r\nHost: a\r\nX: ${'x'.repeat(100_000)}`, 431, 'headers_too_large'],
] as const;

for (const [name, sent, status, code] of CASES) {
  test(`${name} is refused in the envelope of every refusal, and the connection ends`, async (t) => {
    const { port } = await serveForTest(t);
    const socket = connect(port, '127.0.0.1');
    socket.write(sent);
    const answer = await text(socket);
    const [head = '', body = ''] = answer.split('\r\n\r\n');
    assert.match(head, new RegExp(`^HTTP/1.1 ${status} `));
    assert.match(head, /x-request-id: codeengine-api-[0-9a-f]{32}/);
    const envelope = JSON.parse(body) as { errors: { code: string }[]; status_code: number };
    assert.deepEqual([envelope.errors[0]?.code, envelope.status_code], [code, status]);
  });
}
