/** Ranges of IPv4 addresses as `10.0.0.0/8`. Pure. */

export interface CidrBlock {
  /** First address as a number. */
  readonly first: number;
  readonly prefixLength: number;
}

const PATTERN = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})\/(\d{1,2})$/;

/** Undefined when the text is no range. An address inside of one, as 10.1.2.3/8, gives the range. */
export function parseCidrBlock(text: string): CidrBlock | undefined {
  const [, ...parts] = PATTERN.exec(text) ?? [];
  const [a = 256, b = 256, c = 256, d = 256, prefixLength = 33] = parts.map(Number);
  if (Math.max(a, b, c, d) > 255 || prefixLength > 32) return undefined;
  const address = ((a * 256 + b) * 256 + c) * 256 + d;
  const size = 2 ** (32 - prefixLength);
  return { first: Math.floor(address / size) * size, prefixLength };
}

export function formatCidrBlock({ first, prefixLength }: CidrBlock): string {
  const parts = [24, 16, 8, 0].map((shift) => Math.floor(first / 2 ** shift) % 256);
  return `${parts.join('.')}/${prefixLength}`;
}

/** True when every address of `inner` is in `outer`. */
export function covers(outer: CidrBlock, inner: CidrBlock): boolean {
  const size = 2 ** (32 - outer.prefixLength);
  return outer.prefixLength <= inner.prefixLength && Math.floor(inner.first / size) * size === outer.first;
}
