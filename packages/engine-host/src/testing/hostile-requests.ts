/**
 * What a hostile client sends: requests that two programs in a row could read in two ways. Data only; the test sends each
 * to apps that sleep and apps that are awake. `HOST` stands for the app's host. After each an honest `GET /end` follows on
 * the same connection.
 */
export interface HostileRequest {
  readonly name: string;
  readonly bytes: string;
  /** What may come of it: the edge refuses it, or it is what these messages say, and nothing else. */
  readonly outcome: 'refused' | readonly string[];
  /** Which origins refuse by themselves what HAProxy lets pass to them, as they may. Node's strict parser reads in front of every app that sleeps, too. */
  readonly refusedBy?: readonly ('strict' | 'nginx' | 'exact')[];
}

const SMUGGLED = 'GET /smuggled HTTP/1.1\r\nHost: HOST\r\n\r\n';
const CHUNKED_END = '0\r\n\r\n';

function post(head: string, body = ''): string {
  return `POST /first HTTP/1.1\r\nHost: HOST\r\n${head}\r\n\r\n${body}`;
}

function get(head: string, line = 'GET /first HTTP/1.1'): string {
  return `${line}\r\n${head}\r\n\r\n`;
}

/** The edge closes the connection after a request that it had to decide about. */
const ONE = ['POST /first'] as const;
const FIRST = ['POST /first', 'GET /end'] as const;
const FIRST_GET = ['GET /first', 'GET /end'] as const;
const chunkedWith = (header: string) => post(header, `${CHUNKED_END}${SMUGGLED}`);

export const HOSTILE_REQUESTS: readonly HostileRequest[] = [
  // Two lengths.
  {
    name: 'length and chunks',
    bytes: post('Content-Length: 5\r\nTransfer-Encoding: chunked', CHUNKED_END),
    outcome: ONE,
  },
  {
    name: 'chunks and length',
    bytes: post('Transfer-Encoding: chunked\r\nContent-Length: 50', CHUNKED_END),
    outcome: ONE,
  },
  { name: 'two different lengths', bytes: post('Content-Length: 5\r\nContent-Length: 6', 'hello'), outcome: 'refused' },
  { name: 'two different lengths in one header', bytes: post('Content-Length: 5, 6', 'hello'), outcome: 'refused' },
  { name: 'the same length twice', bytes: post('Content-Length: 5\r\nContent-Length: 5', 'hello'), outcome: FIRST },
  { name: 'an empty length', bytes: post('Content-Length:', SMUGGLED), outcome: 'refused' },
  { name: 'a length with a plus', bytes: post('Content-Length: +5', 'hello'), outcome: 'refused' },
  { name: 'a negative length', bytes: post('Content-Length: -5', 'hello'), outcome: 'refused' },
  { name: 'a hexadecimal length', bytes: post('Content-Length: 0x5', 'hello'), outcome: 'refused' },
  { name: 'a length with a space inside', bytes: post('Content-Length: 5 0', 'hello'), outcome: 'refused' },
  { name: 'a length beyond 64 bits', bytes: post('Content-Length: 18446744073709551621', 'hello'), outcome: 'refused' },
  {
    name: 'a length with an underscore',
    bytes: post('Content_Length: 39', SMUGGLED),
    outcome: ['POST /first', 'GET /smuggled', 'GET /end'],
  },
  // Chunks that are none.
  { name: 'an encoding in disguise', bytes: chunkedWith('Transfer-Encoding: xchunked'), outcome: 'refused' },
  { name: 'an encoding after a space', bytes: chunkedWith('Transfer-Encoding : chunked'), outcome: 'refused' },
  { name: 'a tab before the encoding', bytes: post('Transfer-Encoding:\tchunked', CHUNKED_END), outcome: FIRST },
  {
    name: 'a vertical tab before the encoding',
    bytes: chunkedWith('Transfer-Encoding: \x0bchunked'),
    outcome: 'refused',
  },
  { name: 'chunked in quotes', bytes: chunkedWith('Transfer-Encoding: "chunked"'), outcome: 'refused' },
  { name: 'chunked not last', bytes: chunkedWith('Transfer-Encoding: chunked, identity'), outcome: 'refused' },
  {
    name: 'chunked twice',
    bytes: chunkedWith('Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked'),
    outcome: 'refused',
  },
  {
    name: 'chunked and something',
    bytes: chunkedWith('Transfer-Encoding: chunked\r\nTransfer-Encoding: cow'),
    outcome: 'refused',
  },
  {
    name: 'chunks in HTTP/1.0',
    bytes:
      get(`Host: HOST\r\nConnection: keep-alive\r\nTransfer-Encoding: chunked`, 'POST /first HTTP/1.0') +
      CHUNKED_END +
      SMUGGLED,
    outcome: ONE,
    refusedBy: ['nginx', 'exact'],
  },
  {
    name: 'a folded encoding',
    bytes: chunkedWith('Transfer-Encoding:\r\n chunked'),
    outcome: ['POST /first', 'GET /smuggled', 'GET /end'],
  },
  { name: 'a folded header', bytes: post('X-Note: one\r\n two\r\nContent-Length: 5', 'hello'), outcome: FIRST },
  {
    name: 'encoding and length, folded away',
    bytes: post(`X-A: b\r\n\tTransfer-Encoding: chunked\r\nContent-Length: 5`, 'hello'),
    outcome: FIRST,
  },
  // Inside of chunks.
  {
    name: 'a chunk extension',
    bytes: post('Transfer-Encoding: chunked', `5;a=b\r\nhello\r\n${CHUNKED_END}`),
    outcome: FIRST,
  },
  {
    name: 'a line feed in a chunk extension',
    bytes: post('Transfer-Encoding: chunked', `5;\n0\r\n\r\n${SMUGGLED}`),
    outcome: 'refused',
  },
  {
    name: 'a carriage return in a chunk extension',
    bytes: post('Transfer-Encoding: chunked', `5;\rx\r\nhello\r\n${CHUNKED_END}`),
    outcome: 'refused',
  },
  {
    name: 'a chunk size with a sign',
    bytes: post('Transfer-Encoding: chunked', `+5\r\nhello\r\n${CHUNKED_END}`),
    outcome: 'refused',
  },
  {
    name: 'a chunk size with a prefix',
    bytes: post('Transfer-Encoding: chunked', `0x5\r\nhello\r\n${CHUNKED_END}`),
    outcome: 'refused',
  },
  {
    name: 'a chunk size beyond 64 bits',
    bytes: post('Transfer-Encoding: chunked', `10000000000000005\r\nhello\r\n${CHUNKED_END}`),
    outcome: 'refused',
  },
  {
    name: 'a chunk without its end',
    bytes: post('Transfer-Encoding: chunked', `5\r\nhelloXX${CHUNKED_END}`),
    outcome: 'refused',
  },
  // Lines.
  { name: 'bare line feeds', bytes: 'POST /first HTTP/1.1\nHost: HOST\nContent-Length: 5\n\nhello', outcome: FIRST },
  {
    name: 'a bare carriage return in a header',
    bytes: post('X-A: b\rTransfer-Encoding: chunked\r\nContent-Length: 5', 'hello'),
    outcome: 'refused',
  },
  {
    name: 'a NUL in a header',
    bytes: post('X-A: b\0c\r\nContent-Length: 5', 'hello'),
    outcome: FIRST,
    refusedBy: ['strict', 'nginx', 'exact'],
  },
  { name: 'a NUL in the length', bytes: post('Content-Length: 5\0', 'hello'), outcome: 'refused' },
  { name: 'a NUL in the target', bytes: get('Host: HOST', 'GET /fir\0st HTTP/1.1'), outcome: 'refused' },
  { name: 'a header without a name', bytes: post(': x\r\nContent-Length: 5', 'hello'), outcome: 'refused' },
  { name: 'a header without a colon', bytes: post('Content-Length\r\nContent-Length: 5', 'hello'), outcome: 'refused' },
  { name: 'a space before the first header', bytes: get(' X-A: b\r\nHost: HOST'), outcome: 'refused' },
  {
    name: 'a space in a header name',
    bytes: post('Content Length: 5\r\nContent-Length: 5', 'hello'),
    outcome: 'refused',
  },
  { name: 'no version', bytes: get('Host: HOST', 'GET /first'), outcome: 'refused' },
  { name: 'a version that is none', bytes: get('Host: HOST', 'GET /first HTTP/9.9'), outcome: FIRST_GET },
  { name: 'another protocol', bytes: get('Host: HOST', 'GET /first RTSP/1.0'), outcome: 'refused' },
  { name: 'two spaces before the version', bytes: get('Host: HOST', 'GET /first  HTTP/1.1'), outcome: FIRST_GET },
  { name: 'a fragment in the target', bytes: get('Host: HOST', 'GET /first#/end HTTP/1.1'), outcome: 'refused' },
  // Targets.
  {
    name: 'another host in the target',
    bytes: get('Host: HOST', 'GET http://other.test/first HTTP/1.1'),
    outcome: 'refused',
  },
  { name: 'two hosts', bytes: get('Host: HOST\r\nHost: other.test'), outcome: 'refused' },
  { name: 'two hosts, the other one first', bytes: get('Host: other.test\r\nHost: HOST'), outcome: 'refused' },
  { name: 'the same host twice', bytes: get('Host: HOST\r\nhost: HOST'), outcome: FIRST_GET },
  { name: 'no host', bytes: get('X-A: b'), outcome: 'refused' },
  { name: 'two hosts in one header', bytes: get('Host: HOST, other.test'), outcome: 'refused' },
  { name: 'a user before the host', bytes: get('Host: other.test@HOST'), outcome: 'refused' },
  { name: 'a user that is the host', bytes: get('Host: HOST@other.test'), outcome: 'refused' },
  { name: 'a path behind the host', bytes: get('Host: HOST/other'), outcome: 'refused' },
  { name: 'a space behind the host', bytes: get('Host: HOST other.test'), outcome: 'refused' },
  { name: 'two ports', bytes: get('Host: HOST:80:90'), outcome: 'refused' },
  { name: 'a port that is a name', bytes: get('Host: HOST:other.test'), outcome: FIRST_GET },
  { name: 'a dot behind the host', bytes: get('Host: HOST.'), outcome: 'refused' },
  { name: 'a port', bytes: get('Host: HOST:8080'), outcome: FIRST_GET },
  { name: 'the proxy asked to be one', bytes: get('Host: HOST:443', 'CONNECT HOST:443 HTTP/1.1'), outcome: 'refused' },
  // Switching.
  {
    name: 'HTTP/2 asked for in HTTP/1.1',
    bytes: get('Host: HOST\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__'),
    outcome: FIRST_GET,
  },
  {
    name: 'a header dropped by its connection',
    bytes: post('Connection: content-length\r\nContent-Length: 5', 'hello'),
    outcome: FIRST,
  },
];
