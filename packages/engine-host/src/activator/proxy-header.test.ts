import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isSameToken, parseProxyHeader, proxyHeaderBytes } from './proxy-header.ts';

/** As HAProxy 2.6 sends it for a client on IPv4: addresses, then the unique id. */
function headerWith(uniqueId: string, { family = 0x11, addressBytes = 12 } = {}): Buffer {
  const id = Buffer.from(uniqueId);
  const tlv = Buffer.concat([Buffer.from([0x05, 0, id.length]), id]);
  const crc = Buffer.from([0x03, 0, 4, 1, 2, 3, 4]);
  const rest = Buffer.concat([Buffer.alloc(addressBytes, 7), crc, tlv]);
  const fixed = Buffer.from('0d0a0d0a000d0a515549540a21000000', 'hex');
  fixed[13] = family;
  fixed.writeUInt16BE(rest.length, 14);
  return Buffer.concat([fixed, rest]);
}

test('parseProxyHeader() finds token, hops and door behind addresses of every family', () => {
  assert.deepEqual(parseProxyHeader(headerWith('abc:2')), { token: 'abc', hops: 2 });
  assert.deepEqual(parseProxyHeader(headerWith('abc:-')), { token: 'abc', hops: 0 });
  assert.deepEqual(parseProxyHeader(headerWith('abc:-:10.1.0.1')), { token: 'abc', hops: 0, door: '10.1.0.1' });
  assert.deepEqual(parseProxyHeader(headerWith('abc:2:-')), { token: 'abc', hops: 2 });
  assert.deepEqual(parseProxyHeader(headerWith('abc:-:-:7')), { token: 'abc', hops: 0, bucket: 7 });
  assert.deepEqual(parseProxyHeader(headerWith('abc:1:private:99')), {
    token: 'abc',
    hops: 1,
    door: 'private',
    bucket: 99,
  });
  const relayed = { token: 'abc', hops: 0, door: '10.1.0.1', delayMs: 200, mirror: '/b.shop' };
  assert.deepEqual(parseProxyHeader(headerWith('abc:0:10.1.0.1:-:200:/b.shop')), relayed);
  assert.deepEqual(parseProxyHeader(headerWith('abc:0:-:-:-:-')), { token: 'abc', hops: 0 });
  assert.deepEqual(parseProxyHeader(headerWith('abc:1:-:100')), { token: 'abc', hops: 1 });
  assert.deepEqual(parseProxyHeader(headerWith('abc')), { token: 'abc', hops: 0 });
  assert.deepEqual(parseProxyHeader(headerWith('abc:1', { family: 0x31, addressBytes: 216 })), {
    token: 'abc',
    hops: 1,
  });
  assert.deepEqual(parseProxyHeader(headerWith('abc:1', { family: 0x00, addressBytes: 0 })), { token: 'abc', hops: 1 });
});

test('parseProxyHeader() takes nothing else for a header', () => {
  const good = headerWith('abc:2');
  const bad = [Buffer.alloc(0), Buffer.from('GET / HTTP/1.1'), good.subarray(0, 20), good.subarray(0, good.length - 1)];
  for (const bytes of [...bad, headerWith('abc', { family: 0x71 })]) assert.equal(parseProxyHeader(bytes), undefined);
});

test('isSameToken() compares whole tokens', () => {
  assert.equal(isSameToken('abc', 'abc'), true);
  assert.equal(isSameToken('ab', 'abc'), false);
  assert.equal(isSameToken('', 'abc'), false);
});

test('proxyHeaderBytes() tells the length as soon as it is there, and what is no header at the first wrong byte', () => {
  const good = headerWith('abc:2');
  assert.equal(proxyHeaderBytes(Buffer.concat([good, Buffer.from('GET / HTTP/1.1')])), good.length);
  assert.deepEqual([proxyHeaderBytes(Buffer.alloc(0)), proxyHeaderBytes(good.subarray(0, 15))], [undefined, undefined]);
  assert.deepEqual(
    [proxyHeaderBytes(Buffer.from('GET')), proxyHeaderBytes(Buffer.from('\r\nG'))],
    ['foreign', 'foreign'],
  );
  const long = Buffer.from(good);
  long.writeUInt16BE(2000, 14);
  assert.equal(proxyHeaderBytes(long), 'foreign');
});
