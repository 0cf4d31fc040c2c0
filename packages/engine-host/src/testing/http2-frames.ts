/**
 * HTTP/2 by hand, for what no client library sends. Headers are literals without indexing, so that every byte is ours.
 * Source: RFC 9113 sections 3.4, 4.1, 6; RFC 7541 section 6.2.2.
 */
const PREFACE = 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n';
const FRAME = { data: 0, headers: 1, settings: 4 } as const;
const END_STREAM = 0x1;
const END_HEADERS = 0x4;

function frame(type: number, flags: number, payload: Buffer, stream: number): Buffer {
  const head = Buffer.alloc(9);
  head.writeUIntBE(payload.length, 0, 3);
  head[3] = type;
  head[4] = flags;
  head.writeUInt32BE(stream, 5);
  return Buffer.concat([head, payload]);
}

function literal(text: string): Buffer {
  const bytes = Buffer.from(text, 'latin1');
  if (bytes.length > 126) throw new RangeError('Longer texts need more than one byte for their length');
  return Buffer.concat([Buffer.from([bytes.length]), bytes]);
}

/** A whole connection with one request: preface, settings, headers, body. */
export function renderHttp2Request(headers: readonly (readonly [string, string])[], body: string | undefined): Buffer {
  const block = headers.map(([name, value]) => Buffer.concat([Buffer.from([0]), literal(name), literal(value)]));
  const end = body === undefined ? END_STREAM : 0;
  return Buffer.concat([
    Buffer.from(PREFACE),
    frame(FRAME.settings, 0, Buffer.alloc(0), 0),
    frame(FRAME.headers, END_HEADERS | end, Buffer.concat(block), 1),
    ...(body === undefined ? [] : [frame(FRAME.data, END_STREAM, Buffer.from(body, 'latin1'), 1)]),
  ]);
}

/** How the first stream ended: the type of frame that says so, or nothing yet. */
export function streamEnd(received: Buffer): 'answered' | 'reset' | 'connection ended' | undefined {
  for (let at = 0; at + 9 <= received.length; at += 9 + received.readUIntBE(at, 3)) {
    const stream = received.readUInt32BE(at + 5);
    if (received[at + 3] === 7) return 'connection ended';
    if (stream === 1 && received[at + 3] === 3) return 'reset';
    if (stream === 1 && ((received[at + 4] ?? 0) & END_STREAM) !== 0) return 'answered';
  }
  return undefined;
}
