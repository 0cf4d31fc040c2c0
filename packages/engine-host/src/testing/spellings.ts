/** One address as attackers write it: programs and resolvers read all of these, filters of text seldom do. Pure. */

export function spellingsOf(address: string): readonly string[] {
  if (address.includes(':')) return [address];
  const parts = address.split('.').map(Number);
  const value = parts.reduce((sum, part) => sum * 256 + part, 0);
  const [a = 0, b = 0, c = 0, d = 0] = parts;
  return [
    address,
    String(value),
    `0x${value.toString(16)}`,
    `0${value.toString(8)}`,
    parts.map((part) => `0x${part.toString(16)}`).join('.'),
    parts.map((part) => `0${part.toString(8)}`).join('.'),
    `${a}.${b * 65_536 + c * 256 + d}`,
    `::ffff:${address}`,
  ];
}
