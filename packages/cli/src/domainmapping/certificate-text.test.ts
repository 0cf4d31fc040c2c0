import assert from 'node:assert/strict';
import { test } from 'node:test';
import { certificateText } from './certificate-text.ts';

const FAILURE = { host: 'www.example.com', reason: 'The domain leads elsewhere.', failed_orders: 1, next_try_at: 'T1' };

test('certificateText() says why, when it is asked again, how often it failed and what goes on meanwhile', () => {
  assert.equal(certificateText(FAILURE), 'not given: The domain leads elsewhere; asked again after T1');
  assert.equal(
    certificateText({ ...FAILURE, reason: 'a\u001b[31mb\nc', failed_orders: 3, valid_until: 'T2' }),
    'not given, 3 times in a row: ab c; asked again after T1; the one before is valid until T2',
  );
});
