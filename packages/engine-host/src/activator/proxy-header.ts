/**
 * Who stands behind a connection to the activator, by version 2 of the PROXY protocol: HAProxy begins each connection
 * with a header that carries our token, the hop count and the door, out of reach of clients and unseen by apps. Any other local
 * process could connect to the port as well, and is refused here. Source: HAProxy's proxy-protocol.txt, section 2.2.
 */
import { timingSafeEqual } from 'node:crypto';

const SIGNATURE = Buffer.from('0d0a0d0a000d0a515549540a', 'hex');
const FIXED_BYTES = 16;
/** HAProxy's own header is below 150 bytes. */
const HEADER_BYTES_MAX = 1024;
const TYPE_UNIQUE_ID = 0x05;
/** Bytes of addresses by address family, the upper half of the fourteenth byte. */
const ADDRESS_BYTES: Readonly<Record<number, number>> = { 0: 0, 1: 12, 2: 36, 3: 216 };

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

/** Of the header that these bytes begin with; undefined while that cannot be told. */
export function proxyHeaderBytes(bytes: Buffer): number | 'foreign' | undefined {
  const begun = Math.min(bytes.length, SIGNATURE.length);
  if (!SIGNATURE.subarray(0, begun).equals(bytes.subarray(0, begun))) return 'foreign';
  if (bytes.length < FIXED_BYTES) return undefined;
  const length = bytes.readUInt16BE(14);
  return length > HEADER_BYTES_MAX ? 'foreign' : FIXED_BYTES + length;
}
