/**
 * The headers that a collector wants, e.g. a token, from a file of the operator's: `name: value`, one a line; `#` begins a
 * comment. The file is read for every request, so that a token may be replaced in it. No value is in any message.
 */
import { readFile } from 'node:fs/promises';

const NAME = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
/** Source: RFC 9110 section 5.5; no line ends, no control characters. */
const VALUE = /^[\t\x20-\x7e]*$/;

export async function readOtlpHeaders(file: string | undefined): Promise<Readonly<Record<string, string>>> {
  return file === undefined ? {} : parseOtlpHeaders(await readFile(file, 'utf8'), file);
}

export function parseOtlpHeaders(text: string, file: string): Readonly<Record<string, string>> {
  const headers: Record<string, string> = {};
  for (const [at, line] of text.split(/\r?\n/).entries()) {
    if (/^\s*(#|$)/.test(line)) continue;
    const colon = line.indexOf(':');
    const [name, value] = [line.slice(0, colon).trim(), line.slice(colon + 1).trim()];
    if (colon < 1 || !NAME.test(name) || !VALUE.test(value)) {
      throw new TypeError(`Line ${at + 1} of "${file}" is no header: write "name: value"`);
    }
    headers[name.toLowerCase()] = value;
  }
  return headers;
}
