import assert from 'node:assert/strict';
import test from 'node:test';
import { isAllowedHost } from './allowed-hosts.ts';

const LOOPBACK = { address: '127.0.0.1', names: ['slipway.example'] };
const WILDCARD = { address: '0.0.0.0', names: [] };

const CASES: readonly (readonly [
  host: string | undefined,
  allowed: typeof LOOPBACK | typeof WILDCARD,
  answer: boolean,
])[] = [
  ['127.0.0.1:8780', LOOPBACK, true],
  ['localhost:8780', LOOPBACK, true],
  ['LOCALHOST', LOOPBACK, true],
  ['[::1]:8780', LOOPBACK, true],
  ['slipway.example:8780', LOOPBACK, true],
  ['evil.example:8780', LOOPBACK, false],
  ['127.0.0.1.evil.example', LOOPBACK, false],
  ['localhost.evil.example', LOOPBACK, false],
  ['192.0.2.7:8780', LOOPBACK, false],
  ['', LOOPBACK, false],
  [undefined, LOOPBACK, false],
  ['192.0.2.7:8780', WILDCARD, true],
  ['[2001:db8::1]', WILDCARD, true],
  ['evil.example', WILDCARD, false],
];

for (const [host, allowed, answer] of CASES) {
  test(`isAllowedHost() says ${answer} to "${host}" when listening on ${allowed.address}`, () => {
    assert.equal(isAllowedHost(host, allowed), answer);
  });
}
