/** What a hostile client sends over HTTP/2 in the hope that it is read as two requests once it is HTTP/1.1. Data only. */
export interface HostileHttp2Request {
  readonly name: string;
  readonly headers: readonly (readonly [string, string])[];
  readonly body?: string;
  /** Messages the app may have had of it; `/smuggled` never. */
  readonly messagesMax: 0 | 1;
}

const SMUGGLED = 'GET /smuggled HTTP/1.1\r\nHost: app.test\r\n\r\n';

function head(changes: Readonly<Record<string, string>> = {}): [string, string][] {
  const usual = { ':method': 'POST', ':scheme': 'http', ':path': '/first', ':authority': 'app.test' };
  return Object.entries({ ...usual, ...changes });
}

export const HOSTILE_HTTP2: readonly HostileHttp2Request[] = [
  { name: 'an honest one', headers: head(), body: 'hello', messagesMax: 1 },
  { name: 'a body longer than its length', headers: head({ 'content-length': '0' }), body: SMUGGLED, messagesMax: 0 },
  {
    name: 'a body shorter than its length',
    headers: head({ 'content-length': '100' }),
    body: SMUGGLED,
    messagesMax: 1,
  },
  { name: 'a length that is none', headers: head({ 'content-length': '+5' }), body: 'hello', messagesMax: 0 },
  {
    name: 'two lengths',
    headers: [...head({ 'content-length': '5' }), ['content-length', '6']],
    body: 'hello',
    messagesMax: 0,
  },
  {
    name: 'a transfer encoding',
    headers: head({ 'transfer-encoding': 'chunked' }),
    body: `0\r\n\r\n${SMUGGLED}`,
    messagesMax: 1,
  },
  { name: 'a connection header', headers: head({ connection: 'content-length' }), body: 'hello', messagesMax: 1 },
  {
    name: 'lines in a value',
    headers: head({ 'x-a': 'b\r\ntransfer-encoding: chunked' }),
    body: `0\r\n\r\n${SMUGGLED}`,
    messagesMax: 0,
  },
  { name: 'a request in a value', headers: head({ 'x-a': `b\r\n\r\n${SMUGGLED}` }), messagesMax: 0 },
  { name: 'a line feed in a value', headers: head({ 'x-a': 'b\nx-c: d' }), messagesMax: 0 },
  { name: 'a NUL in a value', headers: head({ 'x-a': 'b\0c' }), messagesMax: 0 },
  { name: 'lines in a name', headers: head({ 'x-a: b\r\nx-c': 'd' }), messagesMax: 0 },
  { name: 'a colon in a name', headers: head({ 'x-a:b': 'c' }), messagesMax: 0 },
  { name: 'capitals in a name', headers: head({ 'X-A': 'b' }), messagesMax: 0 },
  {
    name: 'a request in the path',
    headers: head({ ':path': `/first HTTP/1.1\r\nHost: app.test\r\n\r\n${SMUGGLED}` }),
    messagesMax: 0,
  },
  { name: 'a space in the path', headers: head({ ':path': '/first HTTP/1.1' }), messagesMax: 0 },
  { name: 'a request in the method', headers: head({ ':method': 'GET /smuggled HTTP/1.1\r\nx: y' }), messagesMax: 0 },
  { name: 'lines in the authority', headers: head({ ':authority': 'app.test\r\nx-a: b' }), messagesMax: 0 },
  { name: 'another host than the authority', headers: head({ host: 'other.test' }), messagesMax: 1 },
  { name: 'two paths', headers: [...head(), [':path', '/smuggled']], messagesMax: 0 },
  {
    name: 'a pseudo-header behind a header',
    headers: [...head({ 'x-a': 'b' }), [':path', '/smuggled']],
    messagesMax: 0,
  },
  { name: 'an unknown pseudo-header', headers: [[':x', 'y'], ...head()], messagesMax: 0 },
  { name: 'no path', headers: head().filter(([name]) => name !== ':path'), messagesMax: 0 },
  { name: 'an answer', headers: [[':status', '200']], messagesMax: 0 },
  {
    name: 'a tunnel',
    headers: [
      [':method', 'CONNECT'],
      [':authority', 'app.test'],
    ],
    messagesMax: 0,
  },
];
