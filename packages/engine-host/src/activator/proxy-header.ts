/**
 * Who stands behind a connection to the activator, by version 2 of the PROXY protocol: HAProxy begins each connection
 * with a header that carries our token, the hop count and the door, out of reach of clients and unseen by apps. Any other local
 * process could connect to the port as well, and is refused here. Source: HAProxy's proxy-protocol.txt, section 2.2.
 */
import { timingSafeEqual } from 'node:crypto';
import type { Socket } from 'node:net';

const SIGNATURE = Buffer.from('0d0a0d0a000d0a515549540a', 'hex');
const FIXED_BYTES = 16;
/** HAProxy's own header is below 150 bytes. */
const HEADER_BYTES_MAX = 1024;
const TYPE_UNIQUE_ID = 0x05;
/** Bytes of addresses by address family, the upper half of the fourteenth byte. */
const ADDRESS_BYTES: Readonly<Record<number, number>> = { 0: 0, 1: 12, 2: 36, 3: 216 };
/** HAProxy sends it with the connection, so later means that it is somebody else. */
const HEADER_WAIT_MS = 2_000;

export interface ProxyIdentity {
  readonly token: string;
  /** Handovers of the request so far. */
  readonly hops: number;
  /** Where it came in, if not at the public edge. */
  readonly door?: string;
  /** From 0 to 99: what was drawn for a request whose app shares its requests out. */
  readonly bucket?: number;
  /** The call is to wait so long before it goes on. */
  readonly delayMs?: number;
  /** A copy of it is to go there, as the mesh map says. */
  readonly mirror?: string;
}

/** What `renderUniqueId` put in; undefined when there is none. */
export function parseProxyHeader(header: Buffer): ProxyIdentity | undefined {
  if (!SIGNATURE.equals(header.subarray(0, SIGNATURE.length)) || header.length < FIXED_BYTES) return undefined;
  const addressBytes = ADDRESS_BYTES[header.readUInt8(13) >> 4];
  if (addressBytes === undefined) return undefined;
  for (let at = FIXED_BYTES + addressBytes; at + 3 <= header.length;) {
    const end = at + 3 + header.readUInt16BE(at + 1);
    if (end > header.length) return undefined;
    if (header.readUInt8(at) === TYPE_UNIQUE_ID) return identityIn(header.toString('latin1', at + 3, end));
    at = end;
  }
  return undefined;
}

function identityIn(uniqueId: string): ProxyIdentity {
  const [token = '', hops = '', door = '', bucket = '', delay = '', mirror = ''] = uniqueId.split(':', 6);
  return {
    token,
    hops: /^\d{1,4}$/.test(hops) ? Number(hops) : 0,
    // HAProxy writes "-" for what is not set.
    ...(door !== '' && door !== '-' && { door }),
    ...(/^\d{1,2}$/.test(bucket) && { bucket: Number(bucket) }),
    ...(/^\d{1,5}$/.test(delay) && { delayMs: Number(delay) }),
    ...(mirror !== '' && mirror !== '-' && { mirror }),
  };
}

export function isSameToken(given: string, expected: string): boolean {
  const [one, other] = [Buffer.from(given), Buffer.from(expected)];
  return one.length === other.length && timingSafeEqual(one, other);
}

/** Takes the header off a new connection and leaves the rest unread; undefined when the peer does not begin with one. */
export async function readProxyHeader(socket: Socket): Promise<ProxyIdentity | undefined> {
  const fixed = await readExactly(socket, FIXED_BYTES);
  if (!fixed || !SIGNATURE.equals(fixed.subarray(0, SIGNATURE.length))) return undefined;
  const length = fixed.readUInt16BE(14);
  if (length > HEADER_BYTES_MAX) return undefined;
  const rest = length === 0 ? Buffer.alloc(0) : await readExactly(socket, length);
  return rest && parseProxyHeader(Buffer.concat([fixed, rest]));
}

function readExactly(socket: Socket, bytes: number): Promise<Buffer | undefined> {
  const { promise, resolve } = Promise.withResolvers<Buffer | undefined>();
  const timer = setTimeout(() => resolve(undefined), HEADER_WAIT_MS);
  const look = (): void => {
    const chunk = socket.read(bytes) as Buffer | null;
    if (chunk) resolve(chunk.length === bytes ? chunk : undefined);
  };
  const giveUp = (): void => resolve(undefined);
  socket.on('readable', look);
  for (const event of ['end', 'close', 'error'] as const) socket.on(event, giveUp);
  look();
  return promise.finally(() => {
    clearTimeout(timer);
    socket.off('readable', look);
    for (const event of ['end', 'close', 'error'] as const) socket.off(event, giveUp);
  });
}
