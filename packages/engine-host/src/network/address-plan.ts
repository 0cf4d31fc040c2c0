/**
 * Which addresses and device names belong to which project: pure arithmetic over the platform's range. Project n owns
 * the n-th block; its first address is the bridge's (gateway and name server), the rest are instances'. Device names
 * carry the platform's id between dashes, so that no platform's wildcard matches another's devices.
 */

export interface AddressRange {
  readonly base: number;
  readonly prefix: number;
}

export interface ProjectSubnet extends AddressRange {
  readonly ordinal: number;
  readonly gateway: string;
  readonly cidr: string;
  /** Addresses instances may have. */
  readonly first: number;
  readonly last: number;
}

/** Linux allows 15 characters in a device's name. */
const DEVICE_NAME_MAX = 15;

export function parseAddress(text: string): number {
  const parts = text.split('.').map(Number);
  if (parts.length !== 4 || parts.some((part) => !Number.isInteger(part) || part < 0 || part > 255)) {
    throw new TypeError(`Cannot read the address "${text}": four numbers of 0 to 255 are expected`);
  }
  return parts.reduce((sum, part) => sum * 256 + part, 0);
}

export function formatAddress(address: number): string {
  return [24, 16, 8, 0].map((shift) => (address >>> shift) & 255).join('.');
}

export function parseRange(cidr: string): AddressRange {
  const [address, bits] = cidr.split('/');
  const prefix = Number(bits);
  if (address === undefined || !Number.isInteger(prefix) || prefix < 8 || prefix > 30) {
    throw new TypeError(`Cannot read the range "${cidr}": an address and a prefix of 8 to 30 bits are expected`);
  }
  const size = 2 ** (32 - prefix);
  const base = parseAddress(address);
  if (base % size !== 0) throw new TypeError(`Cannot use the range "${cidr}": its address is not the range's first`);
  return { base, prefix };
}

/** How many projects fit: the last block of the range is for builds, unless there is only one. */
export function projectCountMax(range: AddressRange, projectPrefix: number): number {
  return Math.max(1, 2 ** (projectPrefix - range.prefix) - 1);
}

export function subnetOf(range: AddressRange, projectPrefix: number, ordinal: number): ProjectSubnet {
  const size = 2 ** (32 - projectPrefix);
  const base = range.base + ordinal * size;
  return {
    ordinal,
    base,
    prefix: projectPrefix,
    gateway: formatAddress(base + 1),
    cidr: `${formatAddress(base)}/${projectPrefix}`,
    first: base + 2,
    last: base + size - 2,
  };
}

export function bridgeName(platformId: string, ordinal: number): string {
  return deviceName(`sw-${platformId}-p${ordinal}`);
}

export function bridgePattern(platformId: string): string {
  return `sw-${platformId}-p*`;
}

/** The host's end of an instance's cable. */
export function cableName(platformId: string, offset: number): string {
  return deviceName(`sw-${platformId}-v${offset.toString(36)}`);
}

/** The host's ends of all instances' cables. */
export function cablePattern(platformId: string): string {
  return `sw-${platformId}-v*`;
}

/** Every device of a platform starts so. */
export function devicePrefix(platformId: string): string {
  return `sw-${platformId}-`;
}

/** A hardware address made from the IP address: one address, one card, so no neighbour table is ever stale. */
export function hardwareAddress(address: number): string {
  const bytes = [24, 16, 8, 0].map((shift) => ((address >>> shift) & 255).toString(16).padStart(2, '0'));
  return `0a:58:${bytes.join(':')}`;
}

function deviceName(name: string): string {
  if (name.length > DEVICE_NAME_MAX) throw new TypeError(`Cannot name a device "${name}": at most 15 characters fit`);
  return name;
}

/**
 * The next address to hand out: round robin over the block, so that a freed one rests as long as possible. Undefined
 * when all are in use.
 */
export function nextAddress(subnet: ProjectSubnet, after: number, used: ReadonlySet<number>): number | undefined {
  const count = subnet.last - subnet.first + 1;
  const start = after >= subnet.first && after < subnet.last ? after + 1 : subnet.first;
  for (let step = 0; step < count; step++) {
    const address = subnet.first + ((start - subnet.first + step) % count);
    if (!used.has(address)) return address;
  }
  return undefined;
}
