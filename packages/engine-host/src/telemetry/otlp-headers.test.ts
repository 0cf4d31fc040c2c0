import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseOtlpHeaders } from './otlp-headers.ts';

test('parseOtlpHeaders() reads one header a line, comments apart', () => {
  assert.deepEqual(parseOtlpHeaders('# of the collector\nAuthorization: Bearer a:b=\r\n\nX-Scope: one\n', '/f'), {
    authorization: 'Bearer a:b=',
    'x-scope': 'one',
  });
  assert.deepEqual(parseOtlpHeaders('', '/f'), {});
});

test('parseOtlpHeaders() names the line that is none, and not what is in it', () => {
  for (const text of ['a: 1\nsecret', 'a: 1\n: secret', 'a: 1\nb c: secret', 'a: 1\nb: secret\u0000'])
    assert.throws(() => parseOtlpHeaders(text, '/f'), { message: 'Line 2 of "/f" is no header: write "name: value"' });
});
