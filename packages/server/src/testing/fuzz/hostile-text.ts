/** Text that breaks programs: what it is called names what usually goes wrong. */
import fc from 'fast-check';

const HOSTILE: readonly string[] = [
  '',
  ' ',
  '\u0000',
  'a\u0000b',
  '\r\nSet-Cookie: a=b',
  '\ud800',
  '\udfff\ud800',
  '\u202eevil',
  '\ufeff',
  'ﬀ',
  'İstanbul',
  '👩‍👩‍👧‍👦',
  'Z͑ͫ̓ͪ̂ͫ̽͏̴̙̤̞͉͚̯̞̠͍A̴',
  '../../../../etc/passwd',
  '..',
  '.',
  '%00',
  '%2e%2e%2f',
  '__proto__',
  'constructor',
  'toString',
  'hasOwnProperty',
  '$(reboot)',
  '`reboot`',
  "' OR 1=1 --",
  '"; DROP TABLE resource; --',
  '{{7*7}}',
  '${jndi:ldap://127.0.0.1/a}',
  '<script>alert(1)</script>',
  'NaN',
  '1e400',
  'null',
  'x'.repeat(5_000),
];

/** As long as the schema allows, where it says. */
export function hostileText({ minLength = 0, maxLength = 10_000 } = {}): fc.Arbitrary<string> {
  const fitting = HOSTILE.filter((text) => text.length >= minLength && text.length <= maxLength);
  return fc.constantFrom(...fitting, 'y'.repeat(maxLength), 'z'.repeat(Math.max(minLength, 1)));
}
