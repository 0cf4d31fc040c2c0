import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isReadableOnTheWay, normalUrl } from './login-place.ts';

test('normalUrl() takes the address of an API in every form it is written', () => {
  for (const text of [
    'https://a.example.com',
    'https://a.example.com/',
    'https://A.example.com/v2',
    'https://a.example.com/v2/',
  ])
    assert.equal(normalUrl(text), 'https://a.example.com');
  assert.equal(normalUrl('http://10.0.0.2:8780/slipway/v2'), 'http://10.0.0.2:8780/slipway');
  for (const text of ['a.example.com', 'ftp://a', 'http://', 'https://a?x=1', 'https://anna:secret@a', ''])
    assert.throws(
      () => normalUrl(text),
      (error: Error) => !error.message.includes('secret'),
      text,
    );
});

test('isReadableOnTheWay() is true of what leaves the machine in clear', () => {
  assert.ok(isReadableOnTheWay('http://192.0.2.10:8780'));
  for (const url of ['https://192.0.2.10', 'http://127.0.0.1:8780', 'http://localhost', 'http://[::1]:8780'])
    assert.ok(!isReadableOnTheWay(url), url);
});
